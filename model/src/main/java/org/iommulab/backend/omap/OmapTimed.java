package org.iommulab.backend.omap;

import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TableMemory;
import org.iommulab.pagetable.golden.TimedFormat;

/** One IOMMU's page table as the benchmark uses it: no TLB to flush, no events. */
record OmapTimed() implements TimedFormat {
    private static final long RAM = 0x8000_0000L;

    @Override
    public String name() {
        return "omap";
    }

    @Override
    public String config() {
        return "omap";
    }

    @Override
    public long pageBytes() {
        return OmapFormat.SMALL_PAGE;
    }

    @Override
    public boolean takesMany() {
        return false;
    }

    @Override
    public Translation create() {
        var place = TableMemory.touched(RAM);
        return new OmapPageTable(place.memory(), place.frames(), iova -> {}, TableListener.NONE);
    }
}
