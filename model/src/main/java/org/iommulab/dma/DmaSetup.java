package org.iommulab.dma;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DmaRange;
import org.iommulab.bus.pci.PciBus;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.ReservedRegions;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * Whether dma-iommu can serve a device, and the allocator of its domain, which is made ready for the first one that it
 * serves (drivers/iommu/dma-iommu.c: the inside of iommu_setup_dma_ops, iommu_dma_init_domain).
 */
final class DmaSetup {
    private static final String FILE = "drivers/iommu/dma-iommu.c";
    private static final Term RESERVE = Term.function("iova_reserve_iommu_regions", FILE);
    private static final Term WINDOWS = Term.function("iova_reserve_pci_windows", FILE);
    private static final Term OUTSIDE = LogText.of("<4>specified DMA range outside IOMMU capability");
    private static final Term INCOMPATIBLE = LogText.of("<4>Incompatible range for DMA domain");
    private static final Term RETAINING =
            LogText.of("<4>Failed to set up IOMMU for device %o; retaining platform DMA ops");

    private final Kernel kernel;

    DmaSetup(Kernel kernel) {
        this.kernel = kernel;
    }

    /** A failure clears the bit for good: another driver of the device does not begin from below again. */
    static void lookBelowFourGibFirst(Kernel kernel, Device device) {
        DevIommu.find(device)
                .ifPresent(data -> data.lowAddressesFirst().setQuietly(!DmaAddresses.isForcedHigh(kernel)));
    }

    /** From v6.10 on: nobody says what the device reaches. */
    boolean isTranslated(Device device) {
        return isTranslated(device, 0, -1);
    }

    /**
     * What iommu_setup_dma_ops finds out: whether the device's domain is the DMA API's, which is then ready for it.
     *
     * @param base the first address that the device can reach
     * @param limit the last one
     */
    boolean isTranslated(Device device, long base, long limit) {
        Optional<IommuDomain> domain = Group.of(device).flatMap(g -> g.domain().get());
        boolean platforms = domain.filter(d -> !d.type().isDmaApi()).isPresent();
        if (platforms) {
            return false;
        }
        boolean ready = domain.filter(d -> initDomain(d, device, base, limit)).isPresent();
        if (!ready) {
            kernel.log().line(RETAINING, kernel, device.id(), 0);
        }
        return ready;
    }

    // iommu_dma_init_domain: the first device decides; page 0 stays unused, and so does what is below the aperture
    private boolean initDomain(IommuDomain domain, Device device, long base, long limit) {
        Optional<IovaDomain> cookie = IovaDomain.of(domain);
        if (cookie.isEmpty()) {
            return false; // -EINVAL: one without a cookie was freed, or is not the DMA API's
        }
        if (isOutside(domain, device, base, limit)) {
            kernel.log().line(OUTSIDE, kernel, 0, 0); // -EFAULT
            return false;
        }
        IovaDomain iova = cookie.get();
        boolean bothCount = !kernel.has(Behaviour.CORE_SETS_UP_DMA);
        long aperture = bothCount && !domain.forcesAperture() ? 0 : domain.apertureStart();
        long start = bothCount && Long.compareUnsigned(base, aperture) > 0 ? base : aperture;
        if (iova.initialised().get()) {
            boolean same = iova.isAsStartedWith(domain.pgsizeBitmap(), start);
            if (!same) {
                kernel.log().line(INCOMPATIBLE, kernel, 0, 0); // -EFAULT
            }
            return same;
        }
        iova.start(domain.pgsizeBitmap(), start);
        if (domain.type() == DomainType.DMA_FQ) {
            if (kernel.has(Behaviour.FLUSH_QUEUE_IS_A_CAPABILITY) && !canDefer(device)) {
                domain.becomeStrict();
            } else {
                iova.queue().set(new FlushQueue(kernel, iova, domain));
            }
        }
        kernel.run(RESERVE, device, () -> reserveRegions(iova, device));
        return true;
    }

    // Up to v6.9 what counts is what the architecture or the driver says, where the aperture is a must; from v6.10 on
    // what
    // the device tree says of the device's bus, if it does.
    private boolean isOutside(IommuDomain domain, Device device, long base, long limit) {
        if (kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            return device.dmaRange()
                    .filter(range -> isOutside(domain, range.first(), range.last()))
                    .isPresent();
        }
        return domain.forcesAperture() && isOutside(domain, base, limit);
    }

    private static boolean isOutside(IommuDomain domain, long first, long last) {
        return Long.compareUnsigned(first, domain.apertureEnd()) > 0
                || Long.compareUnsigned(last, domain.apertureStart()) < 0;
    }

    // Of the other devices of a group nobody asks what must stay free.
    private void reserveRegions(IovaDomain iova, Device device) {
        device.pci()
                .ifPresent(function -> kernel.run(WINDOWS, device, () -> {
                    reserveWindows(iova, function.bus());
                    device.dmaRange().ifPresent(range -> reserveAround(iova, range));
                }));
        ReservedRegions.of(kernel, device).stream()
                .filter(region -> region.type() != ResvRegion.Type.SW_MSI)
                .forEach(region -> iova.reserve(region.start(), region.last()));
    }

    // iova_reserve_pci_windows: the bridge would answer itself, and the access never come to the IOMMU
    private static void reserveWindows(IovaDomain iova, PciBus bus) {
        bus.settings().windows(bus.domain()).forEach(window -> iova.reserve(window.first(), window.last()));
    }

    // what the bridge's dma-ranges leave out, with the granule in which they begin
    private static void reserveAround(IovaDomain iova, DmaRange range) {
        if (range.first() != 0) {
            iova.reserve(0, range.first());
        }
        if (range.last() != -1) {
            iova.reserve(range.last() + 1, -1);
        }
    }

    private static boolean canDefer(Device device) {
        return DevIommu.find(device)
                .flatMap(data -> data.instance().get())
                .filter(instance -> instance.ops().capable(device, OpsTable.Capability.DEFERRED_FLUSH))
                .isPresent();
    }
}
