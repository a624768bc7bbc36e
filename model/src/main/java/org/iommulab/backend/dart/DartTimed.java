package org.iommulab.backend.dart;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;

/** A page table as the benchmark uses it: no unit to flush, no events. */
record DartTimed(String config, DartFormat format) implements TimedFormat {
    private static final long RAM = 0x8000_0000L;
    /** Of tables beside those of the last level. */
    private static final int MORE = 1 << 16;

    @Override
    public String name() {
        return format.version().label();
    }

    @Override
    public long pageBytes() {
        return format.pageBytes();
    }

    @Override
    public boolean takesMany() {
        return true;
    }

    @Override
    public Translation create() {
        var machine = new Machine(false, Limits.USUAL.withSteps(Integer.MAX_VALUE));
        var memory = new PhysicalMemory(machine, RAM, 64 << 20);
        memory.offset(RAM, (int) ((1L << 30) / pageBytes() * format.entryBytes()) + MORE);
        var frames = new FrameAllocator(machine, RAM, RAM + (64 << 20));
        return new DartPageTable(memory, frames, format, TableFlush.NONE, TableListener.NONE, warning -> {});
    }
}
