package org.iommulab.backend.mtkv1;

import org.iommulab.bus.Device;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code struct mtk_smi_larb}: what the larb's driver keeps for one. When it wakes it switches the ports that the M4U's
 * driver has asked for. It never switches one back, and the registers are in a block that is always on: a port that went
 * through the M4U once does so until the next boot.
 */
final class MtkSmiLarb extends SimObject implements PowerCallbacks {
    private static final Term CONFIG_PORT = Term.function("mtk_smi_larb_config_port_gen1", "drivers/memory/mtk-smi.c");
    private static final Term NO_MMU = Term.reference("larb.mmu");

    private final Kernel kernel;
    private final Device device;
    private final Mmio alwaysOn;
    private final RefCell<MtkV1Larb> mmu;

    /** @param alwaysOn the SMI's registers that are always on */
    MtkSmiLarb(Kernel kernel, Device device, Mmio alwaysOn) {
        super(kernel.machine());
        this.kernel = kernel;
        this.device = device;
        this.alwaysOn = alwaysOn;
        this.mmu = new RefCell<>(this, Lane.DRIVER, Term.reference("larb.mmu"), MtkV1Larb.class);
    }

    @Override
    public String label() {
        return device.label() + " data";
    }

    /** larb.mmu: NULL until the M4U's driver binds the larb. */
    RefCell<MtkV1Larb> mmu() {
        return mmu;
    }

    @Override
    public void powerOn() {}

    /** mtk_smi_larb_resume. */
    @Override
    public void resume() {
        kernel.driverRun(CONFIG_PORT, device, () -> {
            MtkV1Larb larb = mmu.get().orElseThrow(() -> kernel.log().nullAccess(NO_MMU, this));
            int first = MtkV1Layout.firstPort(larb.number());
            for (int port = 0; port < MtkV1Layout.ports(larb.number()); port++) {
                if ((larb.mmu().get() >>> port & 1) != 0) {
                    int register = MtkV1Layout.smiRegister(first + port);
                    int value = alwaysOn.read32(register);
                    alwaysOn.write32(register, MtkV1Layout.throughM4u(value, first + port));
                }
            }
        });
    }

    @Override
    public void suspend() {}

    @Override
    public void powerOff() {}
}
