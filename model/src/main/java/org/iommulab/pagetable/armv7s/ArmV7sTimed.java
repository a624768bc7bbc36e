package org.iommulab.pagetable.armv7s;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;

/** A page table as the benchmark uses it: no unit to flush, no events. */
record ArmV7sTimed(String name, String config, ArmV7sConfig asked) implements TimedFormat {
    private static final long RAM = 0x8000_0000L;
    private static final int TOUCHED = 0x11_0000;

    @Override
    public long pageBytes() {
        return ArmV7sFormat.SMALL_PAGE;
    }

    @Override
    public boolean takesMany() {
        return true;
    }

    @Override
    public Translation create() {
        var machine = new Machine(false, Limits.USUAL.withSteps(Integer.MAX_VALUE));
        var memory = new PhysicalMemory(machine, RAM, 64 << 20);
        memory.offset(RAM, TOUCHED);
        var frames = new FrameAllocator(machine, RAM, RAM + (64 << 20));
        return new ArmV7sPageTable(memory, frames, asked, TableFlush.NONE, TableListener.NONE, warning -> {});
    }
}
