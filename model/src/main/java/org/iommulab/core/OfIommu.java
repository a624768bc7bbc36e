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
    private final Probing probing;

    OfIommu(Kernel kernel, Probing probing) {
        this.kernel = kernel;
        this.probing = probing;
    }

    /**
     * of_iommu_configure: one of_xlate for each {@code iommus} entry, then the probe. 0 with an IOMMU; -EPROBE_DEFER
     * while an IOMMU's driver is not there; -ENODEV for a device without one. Other errors mean "without IOMMU" to the
     * caller.
     */
    public long configure(Device device) {
        return kernel.call(CONFIGURE, device, () -> {
            if (DevIommu.find(device).filter(data -> data.fwspec().get()).isPresent()) {
                return 0;
            }
            // the first function that comes here asks for ACS: too late for those that the boot's scan has found
            device.pci().ifPresent(function -> function.bus().settings().requestAcs());
            if (device.iommus().isEmpty()) {
                return Errno.ENODEV.negative();
            }
            long error = translateAll(device);
            if (error != 0) {
                return error;
            }
            DevIommu.get(device).fwspec().set(true);
            boolean done = !kernel.has(Behaviour.FWSPEC_ALONE_COUNTS)
                    && Group.of(device).isPresent();
            error = done ? 0 : probing.probeDevice(device);
            if (error != 0 && kernel.has(Behaviour.FWSPEC_ALONE_COUNTS)) {
                DevIommu.find(device).ifPresent(data -> data.fwspec().set(false));
            }
            return error;
        });
    }

    private long translateAll(Device device) {
        for (IommuSpec spec : device.iommus()) {
            Optional<IommuDevice> iommu = probing.instances().toList().stream()
                    .filter(i -> i.label().equals(spec.unit()))
                    .findFirst();
            if (iommu.isEmpty()) {
                return Errno.EPROBE_DEFER.negative();
            }
            if (!iommu.get().ops().has(Callback.OF_XLATE)) {
                return Errno.ENODEV.negative();
            }
            DevIommu.get(device);
            long error = iommu.get().ops().ofXlate(device, iommu.get(), spec.cells());
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }
}
