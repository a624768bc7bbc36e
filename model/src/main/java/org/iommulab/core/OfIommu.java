package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** What the device tree says about a device's IOMMUs (drivers/iommu/of_iommu.c, v6.1 and v6.12). */
public final class OfIommu {
    private static final Term CONFIGURE = Term.function("of_iommu_configure", "drivers/iommu/of_iommu.c");

    private final Kernel kernel;
    private final FwspecSetup setup;

    OfIommu(Kernel kernel, FwspecSetup setup) {
        this.kernel = kernel;
        this.setup = setup;
    }

    /**
     * of_iommu_configure: one of_xlate for each {@code iommus} entry, on PCI for each of the ids under which the
     * function's requests can arrive; then the probe. 0 with an IOMMU; -EPROBE_DEFER while an IOMMU's driver may
     * still come; -ENODEV for a device without one. Other errors mean "without IOMMU" to the caller.
     */
    public long configure(Device device) {
        return kernel.call(CONFIGURE, device, () -> {
            // the first function that comes here asks for ACS: too late for those that the boot's scan has found
            device.pci().ifPresent(function -> function.bus().settings().requestAcs());
            return setup.configure(device, () -> translateAll(device));
        });
    }

    private long translateAll(Device device) {
        for (IommuSpec spec : setup.entries(device)) {
            Optional<IommuDevice> iommu = setup.instance(spec);
            if (iommu.isEmpty()) {
                return setup.stillWaiting(device);
            }
            if (!iommu.get().ops().has(Callback.OF_XLATE)) {
                return kernel.has(Behaviour.FWSPEC_ALONE_COUNTS) ? Errno.ENODEV.negative() : FwspecSetup.NO_IOMMU;
            }
            DevIommu.get(device);
            long error = iommu.get().ops().ofXlate(device, iommu.get(), spec.cells());
            if (error != 0) {
                keepHalf(device);
                return error;
            }
        }
        return 0;
    }

    // The fwspec is there, with ops: up to v6.7 it stays, and who asks again is told that all is done.
    private void keepHalf(Device device) {
        if (!kernel.has(Behaviour.FWSPEC_ALONE_COUNTS)) {
            DevIommu.get(device).initFwspec();
        }
    }
}
