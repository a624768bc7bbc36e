package org.iommulab.backend.rockchip;

import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TableMemory;
import org.iommulab.pagetable.golden.TimedFormat;

/** The domain's page table as the benchmark uses it: no bank to zap, no events. */
record RockchipTimed(String name, String config, RockchipFormat format) implements TimedFormat {
    private static final long RAM = 0x8000_0000L;

    @Override
    public long pageBytes() {
        return RockchipFormat.PAGE;
    }

    @Override
    public boolean takesMany() {
        return false;
    }

    @Override
    public Translation create() {
        var place = TableMemory.touched(RAM);
        return new RockchipPageTable(place.memory(), place.frames(), format, ZapLines.NONE, TableListener.NONE);
    }
}
