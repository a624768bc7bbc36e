package org.iommulab.app.playback;

import java.nio.file.Path;

/**
 * A story that can be opened, or a captured machine, which is only looked at.
 *
 * @param key how its source finds it again: a built-in scenario's name or a file's path
 * @param title what the chooser shows
 * @param captured whether it is of a real machine: no core runs behind it, so no kernel can be chosen
 * @param still whether nothing happens in it: a topology, not a trace
 */
public record Story(String key, String title, boolean captured, boolean still) {
    /** Where it stands among the others: the folder of its file, which is named after the driver that it is about. */
    public String shelf() {
        Path folder = Path.of(key).getParent();
        return folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString();
    }

    /** One that runs on any kernel. */
    public Story(String key, String title) {
        this(key, title, false, false);
    }
}
