package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.iommulab.board.World;
import org.iommulab.core.DomainType;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.testkit.Stories;

/** Stories of this room, played, and what their actions did, in words that are easy to compare. */
final class VtdRuns {
    private static final Stories STORIES = Stories.of("intel");
    private static final Set<String> TABLE_WORDS = Set.of(
            "root entry",
            "context entry, low",
            "context entry, high",
            "PASID directory entry",
            "PASID entry, w0",
            "PASID entry, w1",
            "PASID entry, w2");

    private VtdRuns() {}

    static PlayedRun play(String story, String kernel) {
        return play(story, KernelSpec.parse(kernel));
    }

    static PlayedRun play(String story, KernelBuild build) {
        return STORIES.play(story, build);
    }

    /** The machine as it is at the end of a story. */
    static World end(String story, String kernel) {
        return end(story, KernelSpec.parse(kernel));
    }

    static World end(String story, KernelBuild build) {
        return STORIES.live(story, build);
    }

    static int lastStep(PlayedRun run, int action) {
        return run.chapters().get(action).lastStep();
    }

    static List<Event> events(PlayedRun run, int action) {
        return Stories.events(run, action);
    }

    /** Kernel functions and callbacks that ran. */
    static List<String> calls(PlayedRun run, int action) {
        return Stories.calls(run, action);
    }

    /** Words of the driver's tables written, and descriptors queued but for the waits, as the driver does it. */
    static List<String> writes(PlayedRun run, int action) {
        var words = new ArrayList<String>();
        for (Event event : events(run, action)) {
            switch (event) {
                case Event.TableWrite e
                when TABLE_WORDS.contains(e.term().name()) ->
                    words.add(e.term().name() + " " + Long.toHexString(e.value()));
                case Event.Data e
                when e.lane() == Lane.DRIVER && !e.term().name().equals("WAIT") ->
                    words.add(e.term().name() + " " + Long.toHexString(e.value()));
                default -> {}
            }
        }
        return words;
    }

    /** Registers written, {@code GCMD<-400}. */
    static List<String> registers(PlayedRun run, int action) {
        return Stories.writes(run, action);
    }

    /** A domain that the core makes for a device, as a user's. */
    static VtdDomain userDomain(World world, String device) {
        IommuDomain domain = world.core()
                .domains()
                .allocFor(world.devices().get(device), DomainType.UNMANAGED)
                .orElseThrow();
        return (VtdDomain) domain;
    }
}
