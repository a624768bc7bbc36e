package org.iommulab.app.playback;

import java.nio.file.Path;
import java.util.Optional;
import org.iommulab.kernel.KernelBuild;

/**
 * A story that can be opened, or something of a real machine.
 *
 * @param key how its source finds it again: a built-in scenario's name or a file's path
 * @param title what the chooser shows
 * @param kernel on which it is told; empty where its source names none
 */
public record Story(String key, String title, Kind kind, Optional<KernelBuild> kernel) {
    /** What it is. */
    public enum Kind {
        /** Runs on any kernel. */
        SCENARIO,
        /** A real machine's trace: no core runs behind it. */
        TRACE,
        /** A captured machine, which is looked at and asked. Nothing happens in it. */
        MACHINE,
        /** A device of a captured machine is handed over on the lab's core, under that machine's kernel. */
        HANDOVER
    }

    /** A scenario that is told of no kernel in particular. */
    public Story(String key, String title) {
        this(key, title, Kind.SCENARIO);
    }

    public Story(String key, String title, Kind kind) {
        this(key, title, kind, Optional.empty());
    }

    /** Whether it is of a real machine: no other kernel can be chosen for it. */
    public boolean captured() {
        return kind != Kind.SCENARIO;
    }

    /** Whether nothing happens in it. */
    public boolean still() {
        return kind == Kind.MACHINE;
    }

    /** Whether the lab's core runs behind it. */
    public boolean played() {
        return kind == Kind.SCENARIO || kind == Kind.HANDOVER;
    }

    /** Where it stands among the others: the folder of its file, which is named after the driver that it is about. */
    public String shelf() {
        Path folder = Path.of(key).getParent();
        return folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString();
    }
}
