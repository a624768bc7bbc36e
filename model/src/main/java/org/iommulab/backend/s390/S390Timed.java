package org.iommulab.backend.s390;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;

/** A domain's page table as the benchmark uses it: nothing is refreshed, no events. */
record S390Timed() implements TimedFormat {
    private static final long RAM = 0x8000_0000L;
    private static final int TOUCHED = 0x21_0000;
    private static final long FIRST = 4L << 30;

    @Override
    public String name() {
        return "s390";
    }

    @Override
    public String config() {
        return "4g";
    }

    @Override
    public long pageBytes() {
        return S390Format.PAGE;
    }

    @Override
    public boolean takesMany() {
        return true;
    }

    @Override
    public long firstIova() {
        return FIRST;
    }

    @Override
    public Translation create() {
        var machine = new Machine(false, Limits.USUAL.withSteps(Integer.MAX_VALUE));
        var memory = new PhysicalMemory(machine, RAM, 64 << 20);
        memory.offset(RAM, TOUCHED);
        var frames = new FrameAllocator(machine, RAM, RAM + (64 << 20));
        return new S390PageTable(
                memory, frames, FIRST, FIRST + (4L << 30) - 1, TableListener.NONE, S390Warnings.IGNORED);
    }
}
