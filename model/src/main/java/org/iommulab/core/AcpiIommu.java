package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/**
 * What ACPI's tables say about a device's IOMMUs (drivers/acpi/scan.c: acpi_iommu_configure_id; v6.1 and v6.12): the IORT
 * of arm64 (drivers/acpi/arm64/iort.c: iort_iommu_configure_id), then the VIOT (drivers/acpi/viot.c: viot_iommu_configure).
 * The ids go into the fwspec without asking the IOMMU's driver. The lab's machines have one of the two tables, the VIOT
 * with CONFIG_ACPI_VIOT.
 */
public final class AcpiIommu {
    /** Which machines have a VIOT. */
    public static final String VIOT_OPTION = "ACPI_VIOT";

    private static final Term CONFIGURE = Term.function("acpi_iommu_configure_id", "drivers/acpi/scan.c");
    private static final Term IORT = Term.function("iort_iommu_configure_id", "drivers/acpi/arm64/iort.c");
    private static final Term VIOT = Term.function("viot_iommu_configure", "drivers/acpi/viot.c");

    private final Kernel kernel;
    private final FwspecSetup setup;

    AcpiIommu(Kernel kernel, FwspecSetup setup) {
        this.kernel = kernel;
        this.setup = setup;
    }

    /** As {@link OfIommu#configure}. */
    public long configure(Device device) {
        return kernel.call(CONFIGURE, device, () -> setup.configure(device, () -> readTables(device)));
    }

    private long readTables(Device device) {
        if (!kernel.config(VIOT_OPTION)) {
            return kernel.call(IORT, device, () -> addAll(device));
        }
        if (kernel.config("ARM64")) {
            kernel.call(IORT, device, Errno.ENODEV::negative);
        }
        return kernel.call(VIOT, device, () -> addAll(device));
    }

    // iort_iommu_xlate, viot_dev_iommu_init: an IOMMU whose driver may still come is waited for, without end
    // (acpi_iommu_fwspec_init)
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
