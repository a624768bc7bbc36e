package org.iommulab.core;

import org.iommulab.core.PageRequest.Response;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * iommu_sva_iopf_handler: what a device wants in a process's memory is done later, by a worker, as if the process itself had
 * touched it.
 */
final class SvaFaults extends SimObject implements FaultGroup.Handler {
    private static final String FILE = "drivers/iommu/iommu-sva.c";
    private static final Term HANDLER = Term.function("iommu_sva_iopf_handler", FILE);
    private static final Term WORK = Term.function("iommu_sva_handle_iopf", FILE);
    private static final Term HANDLE_MM =
            Term.of("iommu_sva_handle_mm", FILE, Operand.HEX, Operand.NONE, Operand.DECIMAL);

    private final Kernel kernel;
    private final ProcessTable process;

    SvaFaults(Kernel kernel, ProcessTable process) {
        super(kernel.machine());
        this.kernel = kernel;
        this.process = process;
    }

    @Override
    public String label() {
        return "iommu_sva_iopf_handler of " + process.label();
    }

    @Override
    public long handle(FaultGroup group) {
        return kernel.call(HANDLER, group, () -> {
            group.queue();
            return 0;
        });
    }

    /** The first request that fails decides for the whole group. */
    @Override
    public void work(FaultGroup group) {
        kernel.run(WORK, group, () -> {
            var response = Response.SUCCESS;
            for (PageRequest request : group.requests()) {
                if (response == Response.SUCCESS) {
                    response = one(request);
                }
            }
            group.respond(response);
        });
    }

    private Response one(PageRequest request) {
        long response = kernel.machine()
                .call(
                        Lane.CORE,
                        HANDLE_MM,
                        process,
                        request.address(),
                        0,
                        () -> (request.pasid().isPresent()
                                                && process.fault(request.address(), request.read(), request.write())
                                        ? Response.SUCCESS
                                        : Response.INVALID)
                                .ordinal());
        return Response.values()[(int) response];
    }
}
