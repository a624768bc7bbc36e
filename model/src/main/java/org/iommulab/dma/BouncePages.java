package org.iommulab.dma;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * Buffers of devices that nobody trusts (drivers/iommu/dma-iommu.c: the first part of iommu_dma_map_page). A page is the
 * smallest thing that an IOMMU can give, so that what shares a page with a buffer would be given with it: such buffers are
 * copied to pages of their own. Since v6.5 small buffers from kmalloc of devices that do not see the CPU's caches are copied,
 * too (dma_kmalloc_needs_bounce); that is not modelled, nor what the CPU does about its caches for such devices.
 */
final class BouncePages {
    private static final Term INACTIVE =
            LogText.of("<4>DMA bounce buffers are inactive, unable to map unaligned transaction.");

    private final Kernel kernel;
    private final Optional<Swiotlb> pool;
    private final FlagCell saidInactive;

    BouncePages(Kernel kernel, Optional<Swiotlb> pool) {
        this.kernel = kernel;
        this.pool = pool;
        this.saidInactive = new FlagCell(kernel, Lane.CORE, Term.flag("said: no bounce buffers"));
    }

    /** dev_use_swiotlb, and the start or the size is not aligned. */
    boolean isNeeded(Device device, long physical, long bytes, long granule) {
        return kernel.config("SWIOTLB") && PciFunction.isUntrusted(device) && ((physical | bytes) & granule - 1) != 0;
    }

    /** dev_use_swiotlb: a list of such a device is mapped page by page. */
    boolean isForList(Device device) {
        return kernel.config("SWIOTLB") && PciFunction.isUntrusted(device);
    }

    /** The copy's address, or {@link DmaOps#ERROR}. */
    long in(Device device, long physical, long bytes, long granule, DmaDirection direction) {
        if (pool.isEmpty()) {
            sayInactive(device);
            return DmaOps.ERROR;
        }
        long copy = pool.get().map(device, physical, bytes, granule, direction);
        if (copy != DmaOps.ERROR) {
            clearPadding(pool.get(), copy, bytes, granule, direction);
        }
        return copy;
    }

    // A buffer that the device is to fill loses its own content as well: so in 6.1.y to its latest release, and no more
    // in 6.12.y. With which release between them that ended (2650073f1b58) is unverified.
    private void clearPadding(Swiotlb bounce, long copy, long bytes, long granule, DmaDirection direction) {
        boolean whole = direction == DmaDirection.FROM_DEVICE && !kernel.since(Version.V6_12);
        bounce.clear(whole ? copy : copy + bytes, copy + bytes + granule - 1 & -granule);
    }

    private void sayInactive(Device device) {
        if (!saidInactive.get()) {
            saidInactive.setQuietly(true);
            kernel.log().line(INACTIVE, device, 0, 0);
        }
    }

    /** Copies back and frees, if the memory that was unmapped is a copy. */
    void out(Device device, long physical) {
        pool.filter(bounce -> bounce.contains(physical)).ifPresent(bounce -> bounce.unmap(device, physical));
    }
}
