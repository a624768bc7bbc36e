package org.iommulab.backend.armsmmuv3;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.testkit.Stories;

/** Stories of this room, played, and what their actions did, in words that are easy to compare. */
final class SmmuV3Runs {
    private static final Stories STORIES = Stories.of("smmu-v3");

    private SmmuV3Runs() {}

    static PlayedRun play(String story, String kernel) {
        return STORIES.play(story, kernel);
    }

    static PlayedRun play(String story, KernelBuild build) {
        return STORIES.play(story, build);
    }

    /** The same story on a board whose unit has other properties. */
    static PlayedRun playWith(Path folder, String story, String kernel, String properties) throws IOException {
        return STORIES.playChanged(
                folder,
                story,
                KernelSpec.parse(kernel),
                List.of("virt-smmuv3", "virt-smmuv3-acpi"),
                text -> text.replace("\"0x9050000\"", "\"0x9050000\", \"properties\": {" + properties + "}"));
    }

    static List<Event> events(PlayedRun run, String title) {
        return Stories.events(run, Stories.action(run, title));
    }

    /** Kernel functions and callbacks that ran. */
    static List<String> calls(PlayedRun run, String title) {
        return Stories.calls(run, Stories.action(run, title));
    }

    /** Words of entries written and commands queued: {@code STE0 1}, {@code CD0 ...}, {@code CFGI_STE}. */
    static List<String> writes(PlayedRun run, String title) {
        var words = new ArrayList<String>();
        for (Event event : events(run, title)) {
            switch (event) {
                case Event.TableWrite e
                when e.term().name().startsWith("STE word") || e.term().name().startsWith("CD word") ->
                    words.add(e.term().name().replace(" word ", "") + " " + Long.toHexString(e.value()));
                case Event.Data e
                when e.lane() == Lane.DRIVER -> words.add(e.term().name());
                default -> {}
            }
        }
        return words;
    }

    /** Registers written, {@code CR0<-8}. */
    static List<String> registers(PlayedRun run, String title) {
        return Stories.writes(run, Stories.action(run, title));
    }
}
