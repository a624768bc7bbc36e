package org.iommulab.dma;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** {@code struct dma_map_ops}, as far as the lab's devices use it. Addresses are physical and bus addresses. */
public abstract class DmaOps extends SimObject {
    /** DMA_MAPPING_ERROR. */
    public static final long ERROR = -1;

    protected DmaOps(Machine machine) {
        super(machine);
    }

    /** Makes pages visible to the device: the bus address, or {@link #ERROR}. */
    public abstract long map(Device device, long physical, long bytes, DmaDirection direction);

    /** Makes pages visible to the device that nobody else has yet: the bus address, or {@link #ERROR}. */
    public long allocate(Device device, long physical, long bytes) {
        return map(device, physical, bytes, DmaDirection.BIDIRECTIONAL);
    }

    /** Takes them away again. */
    public abstract void unmap(Device device, long address, long bytes);

    /** Takes bytes away that were allocated, not mapped: the same, but where the kernel tells them apart. */
    public void free(Device device, long address, long bytes) {
        unmap(device, address, bytes);
    }

    /**
     * Makes the segments of a list visible to the device. As dma-direct does it, and whoever must copy: each for itself,
     * and -EIO when one fails (dma_direct_map_sg, iommu_dma_map_sg_swiotlb).
     */
    public SgList.Mapped mapList(
            Device device, List<SgList.Segment> segments, SgLimits limits, DmaDirection direction) {
        var entries = new ArrayList<SgList.Entry>();
        for (SgList.Segment segment : segments) {
            long address = map(device, segment.physical(), segment.bytes(), direction);
            if (address == ERROR) {
                entries.forEach(entry -> unmap(device, entry.address(), entry.bytes()));
                return SgList.Mapped.failed(Errno.EIO.negative());
            }
            entries.add(new SgList.Entry(address, segment.bytes()));
        }
        return new SgList.Mapped(
                entries.size(), entries.stream().map(SgList.Entry::address).toList(), entries);
    }

    /** Takes a list away again. */
    public void unmapList(SgList list) {
        list.entries().forEach(entry -> unmap(list.device(), entry.address(), entry.bytes()));
    }

    /** Whether the lab has this layer's lists. */
    public boolean hasLists() {
        return false;
    }

    /**
     * Physical address of a table that these operations keep for the device themselves, behind the core's back; 0 without
     * one. For those who look.
     */
    public long tableOf(Device device) {
        return 0;
    }
}
