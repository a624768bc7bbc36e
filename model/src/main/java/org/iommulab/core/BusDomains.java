package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Term;

/**
 * Whose domain iommu_domain_alloc gives, which is told a bus and no device (drivers/iommu/iommu.c; gone with v6.13): up to
 * v6.7 that of the bus' one IOMMU driver; from v6.8 on (v6.12: __iommu_domain_alloc_dev) that of the driver that all of
 * the bus' devices have.
 */
final class BusDomains {
    private static final Term LOOK = Term.function("__iommu_domain_alloc_dev", "drivers/iommu/iommu.c");
    private static final Term SEVERAL_ON_PLATFORM = several("platform");
    private static final Term SEVERAL_ON_PCI = several("pci");

    private final Kernel kernel;
    private final Probing probing;
    private final WarnOnce several;

    BusDomains(Kernel kernel, Probing probing) {
        this.kernel = kernel;
        this.probing = probing;
        this.several = new WarnOnce(kernel, LOOK);
    }

    private static Term several(String bus) {
        return LogText.of("Multiple IOMMU drivers present for bus " + bus
                + ", which the public IOMMU API can't fully support yet."
                + " You will still need to disable one or more for this to work, sorry!");
    }

    /** @param bus its devices, in their order; empty when the bus has no driver, or several */
    Optional<DriverOps> driverOf(List<Device> bus) {
        if (!kernel.has(Behaviour.OPS_BY_FWSPEC)) {
            return probing.busOps();
        }
        Optional<DriverOps> found = Optional.empty();
        for (Device device : bus) {
            Optional<DriverOps> own =
                    DevIommu.find(device).flatMap(data -> data.instance().get()).map(IommuDevice::ops);
            if (own.isPresent() && found.isPresent() && !own.equals(found)) {
                several.fire(device.pci().isPresent() ? SEVERAL_ON_PCI : SEVERAL_ON_PLATFORM, device);
                return Optional.empty();
            }
            found = found.or(() -> own);
        }
        return found;
    }
}
