package org.iommulab.pagetable.golden;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;

/** A machine that does not record, with nothing on it but memory for one page table. */
public record TableMemory(Machine machine, PhysicalMemory memory, FrameAllocator frames) {
    private static final int BYTES = 64 << 20;
    private static final int TOUCHED = 0x11_0000;

    /** For a golden run: tables come from this address on. */
    public static TableMemory at(long base) {
        return of(Machine.unrecorded(), base);
    }

    /** For being timed: as much memory as tables for 1 GiB take is there already. */
    public static TableMemory touched(long base) {
        var table = of(new Machine(false, Limits.USUAL.withSteps(Integer.MAX_VALUE)), base);
        table.memory.offset(base, TOUCHED);
        return table;
    }

    private static TableMemory of(Machine machine, long base) {
        var memory = new PhysicalMemory(machine, base, BYTES);
        return new TableMemory(machine, memory, new FrameAllocator(machine, base, base + BYTES));
    }
}
