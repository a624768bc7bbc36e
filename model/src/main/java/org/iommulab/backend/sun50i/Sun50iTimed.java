package org.iommulab.backend.sun50i;

import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TableMemory;
import org.iommulab.pagetable.golden.TimedFormat;

/** The domain's page table as the benchmark uses it: no events. */
record Sun50iTimed() implements TimedFormat {
    private static final long RAM = 0x8000_0000L;

    @Override
    public String name() {
        return "sun50i";
    }

    @Override
    public String config() {
        return "h6";
    }

    @Override
    public long pageBytes() {
        return Sun50iFormat.PAGE;
    }

    @Override
    public boolean takesMany() {
        return false;
    }

    @Override
    public Translation create() {
        var place = TableMemory.touched(RAM);
        return new Sun50iPageTable(place.memory(), place.frames(), TableListener.NONE);
    }
}
