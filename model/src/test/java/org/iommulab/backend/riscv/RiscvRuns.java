package org.iommulab.backend.riscv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.testkit.Stories;

/** Stories of this room, played, and what their actions did, in words that are easy to compare. */
final class RiscvRuns {
    /** The lab's only kernel with the driver. */
    static final String WITH_DRIVER = "6.12+riscv-iommu";

    static final Stories STORIES = Stories.of("riscv");

    private RiscvRuns() {}

    static PlayedRun play(String story, String kernel) {
        return STORIES.play(story, kernel);
    }

    /** The same story where the unit of QEMU's machine has other properties. */
    static PlayedRun playWith(Path folder, String story, String properties) throws IOException {
        return playChanged(
                folder,
                story,
                text -> text.replace("\"0x3010000\"", "\"0x3010000\", \"properties\": {" + properties + "}"));
    }

    /** The same story with another text of its own, or of its board. */
    static PlayedRun playChanged(Path folder, String story, UnaryOperator<String> change) throws IOException {
        return STORIES.playChanged(folder, story, KernelSpec.parse(WITH_DRIVER), List.of("virt-riscv-iommu"), change);
    }

    static String result(PlayedRun run, String title) {
        return run.chapters().get(Stories.action(run, title)).result();
    }

    static List<Event> events(PlayedRun run, String title) {
        return Stories.events(run, Stories.action(run, title));
    }

    /** Kernel functions and callbacks of the driver that ran. */
    static List<String> calls(PlayedRun run, String title) {
        return Stories.calls(run, Stories.action(run, title)).stream()
                .filter(name -> name.startsWith("riscv_iommu_"))
                .toList();
    }

    /** Words of device contexts written, and commands queued: {@code tc 1}, {@code IOFENCE 3002}. */
    static List<String> writes(PlayedRun run, String title) {
        var words = new ArrayList<String>();
        for (Event event : events(run, title)) {
            switch (event) {
                case Event.TableWrite e
                when e.term().name().startsWith("device context") ->
                    words.add(e.term().name().replace("device context, ", "") + " " + Long.toHexString(e.value()));
                case Event.Data e
                when e.lane() == Lane.DRIVER -> words.add(e.term().name() + " " + Long.toHexString(e.value()));
                default -> {}
            }
        }
        return words;
    }

    /** Registers written, {@code FCTL<-2}. */
    static List<String> registers(PlayedRun run, String title) {
        return Stories.writes(run, Stories.action(run, title));
    }
}
