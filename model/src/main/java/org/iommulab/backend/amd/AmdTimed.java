package org.iommulab.backend.amd;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;

/**
 * The domain's page table as the benchmark uses it: no unit to flush, no events.
 *
 * @param guest v2
 */
public record AmdTimed(String name, String config, boolean guest) implements TimedFormat {
    private static final long RAM = 0x8000_0000L;
    private static final int BYTES = 64 << 20;
    private static final int TOUCHED = 0x21_0000;
    private static final int MODE = 4;

    @Override
    public long pageBytes() {
        return AmdV1Format.SMALL_PAGE;
    }

    @Override
    public boolean takesMany() {
        return true;
    }

    @Override
    public Translation create() {
        var machine = new Machine(false, Limits.USUAL.withSteps(Integer.MAX_VALUE));
        var memory = new PhysicalMemory(machine, RAM, BYTES);
        memory.offset(RAM, TOUCHED);
        var frames = new FrameAllocator(machine, RAM, RAM + BYTES);
        return guest
                ? new AmdV2PageTable(memory, frames, TableListener.NONE, AmdV2Flushes.NONE)
                : new AmdV1PageTable(machine, memory, frames, MODE, TableListener.NONE, AmdV1Flushes.NONE);
    }
}
