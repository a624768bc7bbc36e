package org.iommulab.backend.riscv;

import java.util.Locale;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TableMemory;
import org.iommulab.pagetable.golden.TimedFormat;

/** The domain's page table as the benchmark uses it: no events. */
record RiscvTimed(RiscvFormat format) implements TimedFormat {
    private static final long RAM = 0x8000_0000L;

    @Override
    public String name() {
        return RiscvGolden.name(format);
    }

    @Override
    public String config() {
        return format.label().toLowerCase(Locale.ROOT);
    }

    @Override
    public long pageBytes() {
        return RiscvFormat.SMALL_PAGE;
    }

    @Override
    public boolean takesMany() {
        return true;
    }

    @Override
    public Translation create() {
        var place = TableMemory.touched(RAM);
        return new RiscvPageTable(place.memory(), place.frames(), format, TableListener.NONE);
    }
}
