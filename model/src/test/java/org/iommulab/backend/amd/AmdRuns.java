package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.board.World;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.testkit.Stories;

/** Stories of this room, played, and what their actions did, in words that are easy to compare. */
final class AmdRuns {
    private static final Stories STORIES = Stories.of("amd");

    private AmdRuns() {}

    static PlayedRun play(String story, String kernel) {
        return STORIES.play(story, kernel);
    }

    static PlayedRun play(String story, KernelBuild build) {
        return STORIES.play(story, build);
    }

    /** The machine as it is at the end of a story. */
    static World end(String story, String kernel) {
        return STORIES.live(story, kernel);
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

    /** Device table words written, and commands queued, as the driver does it. */
    static List<String> writes(PlayedRun run, int action) {
        var words = new ArrayList<String>();
        for (Event event : events(run, action)) {
            switch (event) {
                case Event.TableWrite e
                when e.term().name().equals("DTE, data[0]") -> words.add("DTE d0 " + Long.toHexString(e.value()));
                case Event.TableWrite e
                when e.term().name().equals("DTE, data[1]") -> words.add("DTE d1 " + Long.toHexString(e.value()));
                case Event.Data e when e.lane() == Lane.DRIVER -> words.add(command(run, e));
                default -> {}
            }
        }
        return words;
    }

    // The ring is not overwritten before it has gone round once, which no story does.
    private static String command(PlayedRun run, Event.Data event) {
        run.cursor().go(run.recording().length());
        var memory = run.world().site().memory();
        var command = AmdCommand.of(memory.read64(event.address()), memory.read64(event.address() + 8));
        return switch (command.opcode()) {
            case INVALIDATE_DEVTAB_ENTRY -> command.opcode() + " " + Integer.toHexString(command.device());
            case INVALIDATE_IOMMU_PAGES -> {
                String said = Long.toHexString(command.high());
                yield command.opcode() + " " + command.domain() + " "
                        + (said.equals("7ffffffffffff003") ? "all" : said);
            }
            default -> command.opcode().name();
        };
    }

    /** First words of entries that were copied to an alias. */
    static List<Long> copies(PlayedRun run, int action) {
        return events(run, action).stream()
                .filter(Event.TableWrite.class::isInstance)
                .map(Event.TableWrite.class::cast)
                .filter(e -> e.term().name().equals("DTE of an alias"))
                .map(Event.TableWrite::value)
                .toList();
    }

    /** Entries written into tables of domains. */
    static List<String> entriesWritten(PlayedRun run, int action) {
        return events(run, action).stream()
                .filter(Event.TableWrite.class::isInstance)
                .map(Event.TableWrite.class::cast)
                .filter(e -> e.term().name().startsWith("level"))
                .map(e -> Long.toHexString(e.value()))
                .toList();
    }

    /** A device table entry, as it is in memory where the cursor stands. */
    static AmdDte entry(PlayedRun run, int id) {
        return entry(run.world(), id);
    }

    static AmdDte entry(World world, int id) {
        var unit = world.units().values().iterator().next();
        long at = unit.tableBase() + (long) id * AmdDte.BYTES;
        var memory = world.site().memory();
        return new AmdDte(memory.read64(at), memory.read64(at + 8), memory.read64(at + 16), memory.read64(at + 24));
    }

    /** Registers written, {@code CONTROL<-400}. */
    static List<String> registers(PlayedRun run, int action) {
        return Stories.writes(run, action);
    }
}
