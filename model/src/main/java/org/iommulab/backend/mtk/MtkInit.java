package org.iommulab.backend.mtk;

import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** mtk_iommu_hw_init: the registers of the whole M4U, which are the first bank's, then those of one bank. */
final class MtkInit {
    private static final Term HW_INIT = Term.function("mtk_iommu_hw_init", "drivers/iommu/mtk_iommu.c");

    private MtkInit() {}

    static void run(Kernel kernel, MtkData data, MtkBankData bank, MtkFaults faults) {
        kernel.driverRun(HW_INIT, bank, () -> {
            global(data, data.bank(0));
            bank.write(Register.INT_CONTROL0, MtkLayout.INT_CONTROL_ALL);
            bank.write(Register.INT_MAIN_CONTROL, MtkLayout.INT_MAIN_ALL);
            boolean legacy = data.soc().has(Flag.HAS_LEGACY_IVRP_PADDR);
            bank.write(Register.IVRP_PADDR, MtkLayout.protect(data.protectBase().get(), legacy, data.enable4Gb()));
            bank.irq().connect(() -> faults.handle(bank));
        });
    }

    private static void global(MtkData data, MtkBankData first) {
        MtkSoc soc = data.soc();
        first.write(
                Register.CTRL_REG,
                soc.has(Flag.TF_PORT_TO_ADDR_MT8173)
                        ? MtkLayout.CTRL_PROTECT_MT8173
                        : first.read(Register.CTRL_REG) | MtkLayout.CTRL_PROTECT);
        if (data.enable4Gb() && soc.has(Flag.HAS_VLD_PA_RNG)) {
            first.write(Register.VLD_PA_RNG, MtkLayout.VLD_PA_4GB);
        }
        first.write(Register.DCM_DIS, soc.has(Flag.DCM_DISABLE) ? MtkLayout.DCM_OFF : 0);
        if (soc.has(Flag.WR_THROT_EN)) {
            first.write(Register.WR_LEN_CTRL, first.read(Register.WR_LEN_CTRL) & ~MtkLayout.WR_LEN_NO_THROTTLE);
        }
        first.write(Register.MISC_CTRL, soc.has(Flag.RESET_AXI) ? 0 : misc(soc, first.read(Register.MISC_CTRL)));
    }

    private static int misc(MtkSoc soc, int before) {
        int value = soc.has(Flag.STD_AXI_MODE) ? before : before & ~MtkLayout.MISC_STANDARD_AXI;
        return soc.has(Flag.OUT_ORDER_WR_EN) ? value & ~MtkLayout.MISC_IN_ORDER_WRITE : value;
    }
}
