package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/**
 * What ACPI's IORT says about a device's IOMMUs (drivers/acpi/scan.c: acpi_iommu_configure_id; drivers/acpi/arm64/iort.c:
 * iort_iommu_configure_id; v6.1 and v6.12). The ids go into the fwspec without asking the IOMMU's driver.
 */
public final class AcpiIommu {
    private static final Term CONFIGURE = Term.function("acpi_iommu_configure_id", "drivers/acpi/scan.c");
    private static final Term IORT = Term.function("iort_iommu_configure_id", "drivers/acpi/arm64/iort.c");

    private final Kernel kernel;
    private final FwspecSetup setup;

    AcpiIommu(Kernel kernel, FwspecSetup setup) {
        this.kernel = kernel;
        this.setup = setup;
    }

    /** As {@link OfIommu#configure}. */
    public long configure(Device device) {
        return kernel.call(
                CONFIGURE,
                device,
                () -> setup.configure(device, () -> kernel.call(IORT, device, () -> addAll(device))));
    }

    // iort_iommu_xlate: an IOMMU whose driver may still come is waited for
    private long addAll(Device device) {
        for (IommuSpec spec : setup.entries(device)) {
            Optional<IommuDevice> iommu = setup.instance(spec);
            if (iommu.isEmpty()) {
                return Errno.EPROBE_DEFER.negative();
            }
            DevIommu.get(device).ids().add(spec.id());
        }
        return 0;
    }
}
