package org.iommulab.backend.exynos;

import java.util.function.LongConsumer;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** The page table of a domain as {@code exynos_iommu_map} and its kin keep it. */
public final class ExynosPageTable {
    public ExynosPageTable(Machine machine, PhysicalMemory memory, FrameAllocator frames, SysMmuFormat format, long zeroTable, SimObject owner) {
        throw new UnsupportedOperationException();
    }

    /** The shared second-level table of zeros that exynos_iommu_init allocates once. */
    public static long allocateZeroTable(Machine machine, PhysicalMemory memory, FrameAllocator frames, SimObject owner) {
        throw new UnsupportedOperationException();
    }

    /**
     * Maps one page.
     *
     * @param size 4 KiB, 64 KiB or 1 MiB
     * @param firstTableInstalled called with iova when a zero link was replaced by a table, before the leaf is written
     * @return 0 or a negative errno
     */
    public int map(long iova, long pa, long size, int prot, LongConsumer firstTableInstalled, Warnings warnings) {
        throw new UnsupportedOperationException();
    }

    /** Unmaps one page; the bytes that the driver's callback returns (and flushes), 0 after a warning. */
    public long unmap(long iova, long size, Warnings warnings) {
        throw new UnsupportedOperationException();
    }

    /** The physical address, 0 when nothing is mapped. */
    public long iovaToPhys(long iova) {
        throw new UnsupportedOperationException();
    }

    public long base() {
        throw new UnsupportedOperationException();
    }

    /** Gives all tables back (not the zero table); the bytes. */
    public long free() {
        throw new UnsupportedOperationException();
    }

    /** How many 4 KiB pages are mapped, counted in memory. */
    public long mappedPages() {
        throw new UnsupportedOperationException();
    }

    /** Tables in use: the first-level one and its second-level ones; the zero table is not counted. */
    public int tableCount() {
        throw new UnsupportedOperationException();
    }
}
