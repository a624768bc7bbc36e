package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** What a device's driver switches on before it uses it (drivers/iommu/iommu.c, until v6.16). */
public final class DeviceFeatures {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ENABLE =
            Term.of("iommu_dev_enable_feature", IOMMU_C, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term DISABLE =
            Term.of("iommu_dev_disable_feature", IOMMU_C, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);

    private final Kernel kernel;

    DeviceFeatures(Kernel kernel) {
        this.kernel = kernel;
    }

    /** iommu_dev_enable_feature: -ENODEV without an IOMMU, or where its driver has none to enable. */
    public long enable(Device device, OpsTable.Feature feature) {
        return change(ENABLE, Callback.DEV_ENABLE_FEAT, Errno.ENODEV, device, feature);
    }

    /** iommu_dev_disable_feature: -EBUSY for the same. */
    public long disable(Device device, OpsTable.Feature feature) {
        return change(DISABLE, Callback.DEV_DISABLE_FEAT, Errno.EBUSY, device, feature);
    }

    private long change(Term function, Callback callback, Errno without, Device device, OpsTable.Feature feature) {
        return kernel.machine()
                .call(
                        Lane.CORE,
                        function,
                        device,
                        feature.ordinal(),
                        0,
                        () -> DevIommu.find(device)
                                .filter(data -> !data.instance().isNull())
                                .map(data -> Attaching.opsOf(device))
                                .filter(ops -> ops.has(callback))
                                .map(ops -> ops.user().devFeature(callback, device, feature))
                                .orElse((long) without.negative()));
    }
}
