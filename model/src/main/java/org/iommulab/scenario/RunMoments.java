package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.board.World;
import org.iommulab.graph.Moment;
import org.iommulab.graph.MomentReader;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** The moments of a recorded machine, with the rules watched over all of it. It owns the cursor. */
public final class RunMoments {
    private final World world;
    private final Recording recording;
    private final Cursor cursor;
    private final RuleHistory rules;
    private final MomentReader reader;

    /** Travels through the recording once. */
    public RunMoments(World world, Recording recording) {
        this.world = world;
        this.recording = recording;
        this.cursor = new Cursor(recording);
        this.rules = RuleHistory.of(world, cursor);
        this.reader = new MomentReader(world);
    }

    public RuleHistory rules() {
        return rules;
    }

    Cursor cursor() {
        return cursor;
    }

    /** The machine as it was at this step. */
    public Moment at(int step) {
        cursor.go(step);
        var views = new ArrayList<Moment.RuleView>();
        boolean parted = false;
        for (int i = 0; i < Rule.ALL.size(); i++) {
            Rule rule = Rule.ALL.get(i);
            RuleHistory.State state = rules.at(i, step);
            views.add(new Moment.RuleView(
                    rule.key(),
                    rule.title(),
                    state.firstBroken().isPresent()
                            ? OptionalInt.of(state.firstBroken().get())
                            : OptionalInt.empty(),
                    state.sentence().isPresent(),
                    state.sentence().orElse(""),
                    rule.isSuspicion()));
            parted |= i < 2 && state.sentence().isPresent();
        }
        double seconds =
                SimulatedTime.at(recording, step) + world.kernel().timers().waited() / 1000.0;
        return reader.read(step, seconds, views, parted, walkAt(step));
    }

    // The last access on or before this step, within the same action; how it began, whatever changed since.
    private Optional<WalkTrace> walkAt(int step) {
        for (int at = step; at >= 1; at--) {
            EventKind kind = recording.kind(at);
            if (kind == EventKind.CHAPTER) {
                return Optional.empty();
            }
            if (kind == EventKind.DMA) {
                Event.Dma dma = (Event.Dma) recording.event(at);
                var port = (DmaMaster) world.machine().object(dma.object());
                boolean write = dma.term().name().contains("write");
                cursor.go(at);
                Optional<WalkTrace> walk = port.unit().map(unit -> unit.trace(port, dma.address(), write));
                cursor.go(step);
                return walk;
            }
        }
        return Optional.empty();
    }
}
