package org.iommulab.backend.mtkv1;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;

/** The table as the benchmark uses it: no unit to flush, no events. */
record MtkV1Timed() implements TimedFormat {
    private static final long RAM = 0x8000_0000L;
    private static final int BYTES = 16 << 20;
    private static final int TOUCHED = 4 << 20;

    @Override
    public String name() {
        return "mtk-v1";
    }

    @Override
    public String config() {
        return "mt2701";
    }

    @Override
    public long pageBytes() {
        return MtkV1Format.PAGE;
    }

    @Override
    public boolean takesMany() {
        return true;
    }

    /** {@inheritDoc} It is a flat table. */
    @Override
    public double goal() {
        return 1.5;
    }

    @Override
    public Translation create() {
        var machine = new Machine(false, Limits.USUAL.withSteps(Integer.MAX_VALUE));
        var memory = new PhysicalMemory(machine, RAM, BYTES);
        memory.offset(RAM, TOUCHED);
        var frames = new FrameAllocator(machine, RAM, RAM + BYTES);
        return new MtkV1PageTable(memory, frames, MtkV1PageTable.Occupied.TAKE_BACK, TableListener.NONE);
    }
}
