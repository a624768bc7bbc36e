package org.iommulab.backend.virtio;

import org.iommulab.bus.InitFunction;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** The module virtio_iommu: its init registers a driver on the virtio bus (module_virtio_driver). */
final class ViommuModule extends InitFunction {
    static final String NAME = "virtio_iommu";
    private static final Term INIT = Term.function("virtio_iommu_drv_init", "drivers/iommu/virtio-iommu.c");

    private final VirtioBus bus;

    ViommuModule(Kernel kernel, VirtioBus bus) {
        super(kernel.machine(), NAME, INIT);
        this.bus = bus;
    }

    @Override
    public long run() {
        bus.register(this);
        return 0;
    }
}
