package org.iommulab.backend.mtk;

import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.core.Faults;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** mtk_iommu_isr: what the driver makes of a bank's interrupt. */
final class MtkFaults {
    private static final Term ISR = Term.function("mtk_iommu_isr", "drivers/iommu/mtk_iommu.c");

    private final Kernel kernel;
    private final Faults faults;

    MtkFaults(Kernel kernel, Faults faults) {
        this.kernel = kernel;
        this.faults = faults;
    }

    /** The interrupt handler. The fault handler is told the M4U, not the master. */
    void handle(MtkBankData bank) {
        kernel.driverRun(ISR, bank.parent().device(), () -> {
            MtkSoc soc = bank.parent().soc();
            int state = bank.read(Register.FAULT_ST1);
            boolean first = (state & MtkLayout.FAULT_MMU0) != 0;
            int id = bank.read(first ? Register.MMU0_INT_ID : Register.MMU1_INT_ID);
            long iova = bank.read(first ? Register.MMU0_FAULT_VA : Register.MMU1_FAULT_VA) & 0xffff_ffffL;
            long physical = bank.read(first ? Register.MMU0_INVLD_PA : Register.MMU1_INVLD_PA) & 0xffff_ffffL;
            boolean layer = (iova & MtkLayout.FAULT_VA_LAYER) != 0;
            boolean write = (iova & MtkLayout.FAULT_VA_WRITE) != 0;
            if (soc.has(Flag.IOVA_34_EN)) {
                iova = MtkLayout.faultPage(iova);
            }
            // on SoCs with 34 bits this comes out of an address whose lower bits are gone already: always 0
            physical |= MtkLayout.faultUpperPhysical(iova);
            long answer = bank.domain().isNull()
                    ? Errno.ENOSYS.negative()
                    : faults.report(bank.follow(kernel), bank.parent().device(), iova, write);
            if (answer != 0) {
                Term line = line(soc, id, physical, layer, write);
                kernel.log().line(line, bank.parent().device(), LogText.pack(state, id), iova);
            }
            bank.write(Register.INT_CONTROL0, bank.read(Register.INT_CONTROL0) | MtkLayout.INT_CLEAR);
            MtkTlb.flushAll(kernel, bank.parent());
        });
    }

    // A line has room for three numbers: what else it tells stands in the format, of which there are not many.
    private static Term line(MtkSoc soc, int id, long physical, boolean layer, boolean write) {
        return LogText.of("<3>fault type=0x%h iova=0x%x pa=0x" + Long.toHexString(physical) + " master=0x%l(larb="
                + soc.larbOf(id) + " port=" + soc.portOf(id) + ") layer=" + (layer ? 1 : 0) + " "
                + (write ? "write" : "read"));
    }
}
