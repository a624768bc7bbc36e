package org.iommulab.core;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** __iommu_attach_device: one device, one domain (drivers/iommu/iommu.c). */
final class DeviceAttach {
    private static final Term ATTACH = Term.function("__iommu_attach_device", "drivers/iommu/iommu.c");

    private final Kernel kernel;

    DeviceAttach(Kernel kernel) {
        this.kernel = kernel;
    }

    /** -ENODEV without attach_dev; a trace when it worked and none when it did not. */
    long attach(IommuDomain domain, Device device) {
        return kernel.call(ATTACH, device, domain, () -> callDriver(domain, device));
    }

    private long callDriver(IommuDomain domain, Device device) {
        DriverOps ops = domain.ops().require();
        if (!ops.has(Callback.ATTACH_DEV)) {
            ops.missing(Callback.ATTACH_DEV, device);
            return Errno.ENODEV.negative();
        }
        long error = ops.attachDev(domain, device);
        if (error == 0) {
            if (kernel.has(Behaviour.DEFERRED_ATTACH_BIT)) {
                DevIommu.find(device).ifPresent(iommu -> iommu.attachDeferred().set(false));
            }
            Tracepoints.device(kernel, Tracepoints.ATTACH_DEVICE, device);
        }
        return error;
    }

    /** Every device of a group in turn, up to the first error: those that were moved stay moved. */
    long attachEach(Group group, IommuDomain domain) {
        for (Device device : group.devices().toList()) {
            long error = attach(domain, device);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }

    /** "First attach" of the default domain: a device that the driver wants deferred is only noted (P4). */
    long first(IommuDomain domain, Device device) {
        if (Attaching.opsOf(device).isAttachDeferred(device)) {
            if (kernel.has(Behaviour.DEFERRED_ATTACH_BIT)) {
                DevIommu.find(device).ifPresent(iommu -> iommu.attachDeferred().set(true));
            }
            return 0;
        }
        return attach(domain, device);
    }

    /** Every device of a group, for the bus pass: deferred ones are skipped or noted. */
    long firstOfEach(Group group, IommuDomain domain) {
        List<Device> devices = group.devices().toList();
        for (Device device : devices) {
            long error = first(domain, device);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }
}
