package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Machine;

/** A driver's callbacks on this kernel: those it has, those a patch took, those it never got, those somebody removed. */
public final class CallbackList {
    private CallbackList() {}

    public static List<Run.CallbackEntry> of(World world) {
        KernelBuild before =
                KernelBuild.of(Version.V6_2).withConfig(world.kernel().build().config());
        World plain = WorldBuilder.build(world.board(), before, Machine.unrecorded());
        var entries = new ArrayList<Run.CallbackEntry>();
        for (int i = 0; i < world.backends().size(); i++) {
            Backend.Installed installed = world.backends().get(i);
            OpsTable source = installed.sourceTable();
            OpsTable old = plain.backends().get(i).sourceTable();
            for (Callback callback : Callback.values()) {
                entry(world, installed, source, old, callback).ifPresent(entries::add);
            }
        }
        return entries;
    }

    private static Optional<Run.CallbackEntry> entry(
            World world, Backend.Installed installed, OpsTable source, OpsTable old, Callback callback) {
        boolean inSource = source.entries().containsKey(callback);
        boolean present = installed.ops().has(callback);
        boolean inOld = old.entries().containsKey(callback);
        String function = Optional.ofNullable(source.entries().get(callback))
                .or(() -> Optional.ofNullable(old.entries().get(callback)))
                .map(entry -> entry.function().name())
                .orElse("");
        String remark;
        if (present) {
            remark = "";
        } else if (inSource) {
            remark = "removed by you";
        } else if (inOld) {
            remark = world.kernel().build().patches().contains(Patch.P1) ? "removed by p1" : "not in this kernel";
        } else if (callback == Callback.SET_PLATFORM_DMA_OPS && world.kernel().has(Behaviour.SET_PLATFORM_DMA_OPS)) {
            remark = "never added";
        } else {
            return Optional.empty();
        }
        return Optional.of(new Run.CallbackEntry(
                source.driver(), source.table(), callback.kernelName(), function, present, remark));
    }
}
