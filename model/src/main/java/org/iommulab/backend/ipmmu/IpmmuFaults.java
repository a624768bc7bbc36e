package org.iommulab.backend.ipmmu;

import org.iommulab.backend.ipmmu.IpmmuLayout.Register;
import org.iommulab.bus.Device;
import org.iommulab.core.Faults;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** ipmmu_irq and ipmmu_domain_irq: only the root has an interrupt, and it does not tell which master faulted. */
final class IpmmuFaults {
    private static final Term IRQ = Term.function("ipmmu_irq", "drivers/iommu/ipmmu-vmsa.c");
    private static final Term MULTIPLE = LogText.of("<3>Multiple TLB hits @0x%x");
    private static final Term ABORT = LogText.of("<3>Page Table Walk Abort @0x%x");
    private static final Term UNHANDLED = LogText.of("<3>Unhandled fault: status 0x%08x iova 0x%x");

    private final Kernel kernel;
    private final Faults faults;

    IpmmuFaults(Kernel kernel, Faults faults) {
        this.kernel = kernel;
        this.faults = faults;
    }

    /** The interrupt handler, for one root: every context that a domain has is looked at. */
    void handle(IpmmuDevice root) {
        kernel.driverRun(
                IRQ,
                root.device(),
                () -> root.lock().with(() -> {
                    for (int context = 0; context < root.generation().contexts(); context++) {
                        int number = context;
                        root.domain(context).get().ifPresent(domain -> handle(root, (IpmmuDomain) domain, number));
                    }
                }));
    }

    private void handle(IpmmuDevice root, IpmmuDomain domain, int context) {
        int status = root.read(Register.IMSTR, context);
        if ((status & IpmmuLayout.IMSTR_ALL) == 0) {
            return;
        }
        // The address is gone once the status is cleared, so it is read first.
        long iova = root.read(Register.IMELAR, context) & 0xffff_ffffL;
        if (kernel.config("ARM64")) {
            iova |= (long) root.read(Register.IMEUAR, context) << 32;
        }
        root.write(Register.IMSTR, context, 0);
        Device leaf = domain.mmu().require().device();
        if ((status & IpmmuLayout.IMSTR_MHIT) != 0) {
            kernel.log().line(MULTIPLE, leaf, iova, 0);
        }
        if ((status & IpmmuLayout.IMSTR_ABORT) != 0) {
            kernel.log().line(ABORT, leaf, iova, 0);
        }
        boolean reported = (status & (IpmmuLayout.IMSTR_PF | IpmmuLayout.IMSTR_TF)) != 0;
        if (reported && faults.report(domain, leaf, iova, false) != 0) {
            kernel.log().line(UNHANDLED, leaf, status, iova);
        }
    }
}
