package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.backend.Backend;
import org.iommulab.board.World;
import org.iommulab.core.DriverOps;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.CallbackUse;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Questions;
import org.iommulab.sim.Cursor;

/**
 * A story that is played once, and then again and again from the beginning of some act, each time without one callback:
 * for explorers, who need not build the machine and boot it for each of their runs. Acts must be gone back to in turn,
 * the latest first, as a run forgets what was behind the act that it begins with.
 */
public final class Rehearsal {
    private final Player.Performance performance;
    private final List<Mark> marks = new ArrayList<>();
    private final Player.Stage unbroken;

    /** How things stood when an act began. */
    private record Mark(int step, Deeds deeds, Questions questions, Map<DriverOps, CallbackUse> use) {}

    /** Plays the story as it is. */
    public Rehearsal(ScenarioFile file, KernelBuild kernel) {
        performance = Player.rehearse(file, kernel);
        unbroken = performance.performMarked(() -> marks.add(mark()));
    }

    private Mark mark() {
        World world = performance.world();
        var use = new HashMap<DriverOps, CallbackUse>();
        for (Backend.Installed installed : world.backends()) {
            use.put(installed.ops(), installed.ops().use().copy());
        }
        return new Mark(
                world.machine().steps(),
                performance.deeds().copy(),
                world.kernel().questions().copy(),
                use);
    }

    /** The act that is under way after so many events. */
    public int actAt(int steps) {
        int act = 0;
        while (act + 1 < marks.size() && marks.get(act + 1).step() <= steps) {
            act++;
        }
        return act;
    }

    /** Plays from the beginning of an act to the end, with a driver's table that has lost a callback. */
    public Player.Stage without(String driver, Callback callback, int act) {
        World world = performance.world();
        Mark mark = marks.get(act);
        var cursor = new Cursor(world.machine().finish());
        cursor.go(mark.step());
        cursor.cut();
        performance.backTo(act, mark.deeds().copy());
        world.kernel().questions().backTo(mark.questions());
        mark.use().forEach((ops, use) -> {
            ops.use().backTo(use);
            if (ops.table().driver().equals(driver)) {
                ops.use().withhold(callback);
            }
        });
        return performance.perform(act);
    }

    /** How it went the first time. */
    public Player.Stage unbroken() {
        return unbroken;
    }
}
