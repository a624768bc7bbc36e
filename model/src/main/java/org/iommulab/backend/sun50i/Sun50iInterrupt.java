package org.iommulab.backend.sun50i;

import java.util.Optional;
import org.iommulab.core.Faults;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** sun50i_iommu_irq and what it calls: which master faulted where, and a reset of its channel. */
final class Sun50iInterrupt {
    private static final Term IRQ = Term.function("sun50i_iommu_irq", Sun50iDriver.FILE);
    private static final Term READ_FAULT = LogText.of("<3>Page fault for 0x%016x (master %d, dir rd)");
    private static final Term WRITE_FAULT = LogText.of("<3>Page fault for 0x%016x (master %d, dir wr)");
    private static final Term NO_DOMAIN = LogText.of("<3>Page fault while iommu not attached to any domain?");
    private static final Term FREED_DOMAIN = Term.reference("iommu.domain, freed");

    private final Kernel kernel;
    private final Faults faults;
    private final Sun50iFormat format = new Sun50iFormat();

    Sun50iInterrupt(Kernel kernel, Faults faults) {
        this.kernel = kernel;
        this.faults = faults;
    }

    /** The interrupt handler. One fault is reported, that of the lower level first; all masters in it are reset. */
    void handle(Sun50iIommu iommu) {
        kernel.driverRun(IRQ, iommu.device(), () -> iommu.lock().with(() -> handleLocked(iommu)));
    }

    private void handleLocked(Sun50iIommu iommu) {
        Sun50iSequences registers = iommu.sequences();
        int status = registers.read(Sun50iLayout.INT_STA);
        if ((status & Sun50iLayout.INT_ALL) == 0) {
            return;
        }
        boolean knowsMasters = kernel.since(Version.V6_2);
        int blamed = status;
        if (knowsMasters) {
            blamed |= registers.read(Sun50iLayout.L1PG_INT) | registers.read(Sun50iLayout.L2PG_INT);
        }
        if ((status & Sun50iLayout.INT_INVALID_L2) != 0) {
            invalidEntry(iommu, Sun50iLayout.INT_ERR_ADDR_L2, Sun50iLayout.L2PG_INT);
        } else if ((status & Sun50iLayout.INT_INVALID_L1) != 0) {
            invalidEntry(iommu, Sun50iLayout.INT_ERR_ADDR_L1, Sun50iLayout.L1PG_INT);
        } else {
            permission(iommu);
        }
        if (knowsMasters) {
            registers.acknowledge(status, blamed & Sun50iLayout.ALL_MASTERS);
        } else {
            registers.acknowledgeByStatus(status);
        }
    }

    /** sun50i_iommu_handle_pt_irq: nothing tells whether it was a write, so it was a read. */
    private void invalidEntry(Sun50iIommu iommu, int addressRegister, int blameRegister) {
        long iova = iommu.sequences().read(addressRegister) & 0xffff_ffffL;
        int master = highest(iommu.sequences().read(blameRegister));
        report(iommu, master, iova, false);
    }

    /** sun50i_iommu_handle_perm_irq: an entry that may only be read was written; everything else counts as a read. */
    private void permission(Sun50iIommu iommu) {
        int master = highest(iommu.sequences().read(Sun50iLayout.INT_STA));
        long iova = iommu.sequences().read(Sun50iLayout.errorAddress(master)) & 0xffff_ffffL;
        long entry = iommu.sequences().read(Sun50iLayout.errorData(master)) & 0xffff_ffffL;
        report(iommu, master, iova, format.prot(1, entry) == Prot.READ);
    }

    private static int highest(int masters) {
        return 31 - Integer.numberOfLeadingZeros(masters & Sun50iLayout.ALL_MASTERS);
    }

    /**
     * sun50i_iommu_report_fault: the fault handler is told the IOMMU's own device, and nobody looks at its answer. From
     * v6.7 on the identity domain counts as one that is attached.
     */
    private void report(Sun50iIommu iommu, int master, long iova, boolean write) {
        kernel.log().line(write ? WRITE_FAULT : READ_FAULT, iommu.device(), iova, master);
        Optional<IommuDomain> domain = iommu.domain().get();
        if (domain.isPresent()) {
            if (domain.get().freed().get()) {
                kernel.machine()
                        .useAfterFree(
                                Lane.DRIVER, FREED_DOMAIN, iommu, domain.get().id());
            }
            faults.report(domain.get(), iommu.device(), iova, write);
        } else {
            kernel.log().line(NO_DOMAIN, iommu.device(), 0, 0);
        }
        if (kernel.since(Version.V6_2)) {
            iommu.sequences().zapRange(iova, Sun50iFormat.PAGE);
        }
    }
}
