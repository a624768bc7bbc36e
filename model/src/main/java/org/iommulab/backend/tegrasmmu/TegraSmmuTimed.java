package org.iommulab.backend.tegrasmmu;

import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TableMemory;
import org.iommulab.pagetable.golden.TimedFormat;

/** The address space's page table as the benchmark uses it: no caches to flush, no events. */
record TegraSmmuTimed() implements TimedFormat {
    private static final long RAM = 0x8000_0000L;

    @Override
    public String name() {
        return "tegra-smmu";
    }

    @Override
    public String config() {
        return "tegra124-34";
    }

    @Override
    public long pageBytes() {
        return TegraSmmuFormat.PAGE;
    }

    @Override
    public boolean takesMany() {
        return false;
    }

    @Override
    public Translation create() {
        var place = TableMemory.touched(RAM);
        return new TegraSmmuPageTable(
                place.machine(),
                place.memory(),
                place.frames(),
                TegraSmmuFormat.BITS_34,
                EntryFlush.NONE,
                TableListener.NONE);
    }
}
