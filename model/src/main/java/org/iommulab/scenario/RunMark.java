package org.iommulab.scenario;

import java.util.HashMap;
import java.util.Map;
import org.iommulab.backend.Backend;
import org.iommulab.board.World;
import org.iommulab.core.DriverOps;
import org.iommulab.kernel.CallbackUse;
import org.iommulab.kernel.Questions;
import org.iommulab.kernel.Removal;
import org.iommulab.sim.Cursor;

/** How things stood when an act of a performance began: what it takes to go on from there another time. */
record RunMark(int act, int step, Deeds deeds, Questions questions, Map<DriverOps, CallbackUse> use) {
    static RunMark of(Player.Performance performance, int act) {
        World world = performance.world();
        var use = new HashMap<DriverOps, CallbackUse>();
        for (Backend.Installed installed : world.backends()) {
            use.put(installed.ops(), installed.ops().use().copy());
        }
        return new RunMark(
                act,
                world.machine().steps(),
                performance.deeds().copy(),
                world.kernel().questions().copy(),
                use);
    }

    /** Takes the performance back to here; what came after is forgotten. */
    void bringBack(Player.Performance performance) {
        World world = performance.world();
        var cursor = new Cursor(world.machine().recorded());
        cursor.go(step);
        cursor.cut();
        performance.backTo(act, deeds.copy());
        world.kernel().questions().backTo(questions);
        use.forEach((ops, before) -> ops.use().backTo(before));
    }

    /** From here on a driver's table is without a callback. */
    static void withhold(Player.Performance performance, Removal removal) {
        for (Backend.Installed installed : performance.world().backends()) {
            if (installed.ops().table().driver().equals(removal.driver())) {
                installed.ops().use().withhold(removal.callback());
            }
        }
    }
}
