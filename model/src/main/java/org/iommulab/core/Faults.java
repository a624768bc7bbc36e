package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** report_iommu_fault (drivers/iommu/iommu.c): asks the domain's handler, and always traces. */
public final class Faults {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term REPORT = Term.function("report_iommu_fault", IOMMU_C);
    private static final Term SET_HANDLER = Term.function("iommu_set_fault_handler", IOMMU_C);

    private final Kernel kernel;

    Faults(Kernel kernel) {
        this.kernel = kernel;
    }

    /** iommu_set_fault_handler: the scenario's handler answers always the same; 0 is "handled". */
    public void setHandler(IommuDomain domain, long answer) {
        kernel.run(SET_HANDLER, domain, () -> {
            domain.hasHandler().set(true);
            domain.handlerAnswer().set(answer);
        });
    }

    /** 0 when a handler took it, -ENOSYS when there is none. */
    public long report(IommuDomain domain, Device device, long iova, boolean write) {
        return kernel.call(REPORT, device, domain, () -> {
            long result = domain.hasHandler().get() ? domain.handlerAnswer().get() : Errno.ENOSYS.negative();
            Tracepoints.emit(kernel, Tracepoints.IO_PAGE_FAULT, device, iova, write ? 1 : 0);
            return result;
        });
    }
}
