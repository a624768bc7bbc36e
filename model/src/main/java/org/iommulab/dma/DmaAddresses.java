package org.iommulab.dma;

import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.CommandLine;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * How high an address a device gets (drivers/iommu/dma-iommu.c: iommu_dma_alloc_iova): a PCI device is given one below
 * 4 GiB as long as there is one.
 */
final class DmaAddresses {
    private static final Term ALLOC =
            Term.of("iommu_dma_alloc_iova", "drivers/iommu/dma-iommu.c", Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term NOW_HIGH = LogText.of("<5>Using %d-bit DMA addresses");
    private static final long LAST_OF_32_BITS = (1L << 32) - 1;

    private final Kernel kernel;

    DmaAddresses(Kernel kernel) {
        this.kernel = kernel;
    }

    /** iommu_dma_forcedac: nobody looks below 4 GiB first. On s390, whose windows begin above, it is always so. */
    static boolean isForcedHigh(Kernel kernel) {
        CommandLine words = kernel.commandLine();
        return kernel.config("S390")
                || words.flag("iommu.forcedac").orElse(false)
                || kernel.config("X86") && words.list("intel_iommu").contains("forcedac");
    }

    /** An address for so many whole granules, or 0. */
    long allocate(Device device, IommuDomain domain, long bytes) {
        long limit = limitOf(device, domain);
        return kernel.machine()
                .call(Lane.CORE, ALLOC, device, bytes, limit, () -> allocate(device, domain, bytes, limit));
    }

    private long allocate(Device device, IommuDomain domain, long bytes, long limit) {
        var iova = (IovaDomain) domain.cookie().require();
        if (Long.compareUnsigned(limit, LAST_OF_32_BITS) > 0 && looksBelow(device)) {
            long low = iova.allocate(bytes, LAST_OF_32_BITS, false);
            if (low != 0) {
                return low;
            }
            giveUpLow(device, limit);
        }
        return iova.allocate(bytes, limit, true);
    }

    private boolean looksBelow(Device device) {
        return kernel.has(Behaviour.LOW_IOVA_UNTIL_IT_FAILS)
                ? DevIommu.find(device)
                        .filter(data -> data.lowAddressesFirst().get())
                        .isPresent()
                : device.pci().isPresent() && !isForcedHigh(kernel);
    }

    private void giveUpLow(Device device, long limit) {
        if (kernel.has(Behaviour.LOW_IOVA_UNTIL_IT_FAILS)) {
            DevIommu.find(device).ifPresent(data -> data.lowAddressesFirst().set(false));
            kernel.log().line(NOW_HIGH, device, Long.SIZE - Long.numberOfLeadingZeros(limit), 0);
        }
    }

    // What the device can address, 4 GiB unless it says otherwise, what its bus can, and what its domain has. Drivers
    // on
    // s390 set masks of 64 bits.
    private long limitOf(Device device, IommuDomain domain) {
        long mask = kernel.config("S390") ? Long.MAX_VALUE : device.dmaMask().get();
        long limit =
                device.busDmaLimit().isSet() ? least(mask, device.busDmaLimit().get()) : mask;
        return domain.forcesAperture() ? least(limit, domain.apertureEnd()) : limit;
    }

    private static long least(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
