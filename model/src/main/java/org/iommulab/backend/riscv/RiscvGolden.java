package org.iommulab.backend.riscv;

import java.util.Map;
import java.util.Optional;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.RadixRun;
import org.iommulab.pagetable.golden.TableMemory;

/** A format for golden cases; they have no log, for the driver invalidates in other callbacks. */
record RiscvGolden(RiscvFormat format) implements GoldenFormat {
    /** {@code riscv-sv39}. */
    static String name(RiscvFormat format) {
        return "riscv-sv" + format.inputBits();
    }

    @Override
    public String name() {
        return name(format);
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        var place = TableMemory.at(config.tableMemory());
        var table = new RiscvPageTable(place.memory(), place.frames(), format, TableListener.NONE);
        return new RadixRun(
                table, table.radix(), Map.of("fsc", RiscvDc.fsc(format.levels(), table.base())), Optional.empty());
    }
}
