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
 * A story that is played up to some act, and then again and again from the beginning of that one or of one before, each
 * time without one callback: for explorers, who need not build the machine and boot it for each of their runs. Acts must
 * be gone back to in turn, the latest first, as a run forgets what was behind the act that it begins with.
 */
public final class Rehearsal {
    private final Player.Performance performance;
    private final List<Mark> marks = new ArrayList<>();

    /** How things stood when an act began. */
    private record Mark(int step, Deeds deeds, Questions questions, Map<DriverOps, CallbackUse> use) {}

    /**
     * Plays the story as it is.
     *
     * @param end the act before which it ends; it must be one that the story reaches
     */
    public Rehearsal(ScenarioFile file, KernelBuild kernel, int end) {
        performance = Player.rehearse(file, kernel);
        performance.perform(0, end, () -> marks.add(mark()));
        marks.add(mark());
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
}
