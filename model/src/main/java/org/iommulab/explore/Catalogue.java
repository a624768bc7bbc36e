package org.iommulab.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.board.Board;
import org.iommulab.board.Registry;
import org.iommulab.board.WorldBuilder;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.sim.Machine;

/** What the lab has, as lists: its drivers, and their callbacks on a kernel. */
public final class Catalogue {
    private Catalogue() {}

    /**
     * An IOMMU driver.
     *
     * @param name as {@code --remove} names it
     * @param unit the kind of unit that it drives
     */
    public record Driver(String name, String unit) {}

    /**
     * A callback that a driver has in this kernel, on this board.
     *
     * @param table the kernel's name of the driver's table
     * @param callback the member's name
     * @param function the driver's function behind it
     * @param present false when this build takes it out
     */
    public record Entry(String board, String driver, String table, String callback, String function, boolean present) {}

    public static List<Driver> drivers() {
        return Registry.backends().stream()
                .map(backend -> new Driver(backend.driverName(), backend.unitType()))
                .toList();
    }

    /** Page-table formats that golden cases can be run against, by name. */
    public static List<String> formats() {
        return Registry.goldenFormats().stream().map(GoldenFormat::name).toList();
    }

    /** The callbacks of every driver on this board, in the order of the kernel's tables. */
    public static List<Entry> callbacks(Board board, KernelBuild kernel) {
        var entries = new ArrayList<Entry>();
        for (Backend.Installed installed :
                WorldBuilder.build(board, kernel, Machine.unrecorded()).backends()) {
            OpsTable source = installed.sourceTable();
            OpsTable now = installed.ops().table();
            Arrays.stream(Callback.values())
                    .filter(source.entries()::containsKey)
                    .forEach(callback -> entries.add(new Entry(
                            board.name(),
                            source.driver(),
                            source.table(),
                            callback.kernelName(),
                            Optional.ofNullable(source.entries().get(callback))
                                    .map(entry -> entry.function().name())
                                    .orElse(""),
                            now.entries().containsKey(callback))));
        }
        return entries;
    }
}
