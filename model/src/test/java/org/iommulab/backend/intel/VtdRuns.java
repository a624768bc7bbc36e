package org.iommulab.backend.intel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.iommulab.board.World;
import org.iommulab.core.DomainType;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.words.KernelLogText;

/** Stories of this room, played, and what their actions did, in words that are easy to compare. */
final class VtdRuns {
    private static final Path STORIES = Path.of("..", "scenarios", "intel");
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
        return Player.play(ScenarioReader.open(STORIES.resolve(story + ".json")), build);
    }

    /** The machine as it is at the end of a story. */
    static World end(String story, String kernel) {
        return end(story, KernelSpec.parse(kernel));
    }

    static World end(String story, KernelBuild build) {
        return Player.playUnrecorded(ScenarioReader.open(STORIES.resolve(story + ".json")), build);
    }

    static int lastStep(PlayedRun run, int action) {
        return action + 1 < run.chapters().size()
                ? run.chapters().get(action + 1).firstStep() - 1
                : run.recording().length();
    }

    static List<Event> events(PlayedRun run, int action) {
        return IntStream.rangeClosed(run.chapters().get(action).firstStep(), lastStep(run, action))
                .mapToObj(run.recording()::event)
                .toList();
    }

    /** Kernel functions and callbacks that ran. */
    static List<String> calls(PlayedRun run, int action) {
        return events(run, action).stream()
                .filter(e -> e instanceof Event.Enter || e instanceof Event.Callback)
                .map(e -> e.term().name())
                .toList();
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

    /** What the kernel has logged in all the story, without where and when. */
    static List<String> log(PlayedRun run) {
        return KernelLogText.lines(run.recording(), new KernelLogText.Form(true, true)).stream()
                .map(KernelLogText.Line::text)
                .toList();
    }

    /** Registers written, {@code GCMD<-400}. */
    static List<String> registers(PlayedRun run, int action) {
        return events(run, action).stream()
                .filter(Event.RegisterWrite.class::isInstance)
                .map(Event.RegisterWrite.class::cast)
                .map(e -> e.term().name() + "<-" + Long.toHexString(e.value()))
                .toList();
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
