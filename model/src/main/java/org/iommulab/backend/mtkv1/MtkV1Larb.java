package org.iommulab.backend.mtkv1;

import org.iommulab.bus.Device;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code struct mtk_smi_larb_iommu}: what the M4U's driver says to the larb's, which has a pointer to it. */
final class MtkV1Larb extends SimObject {
    private final int number;
    private final RefCell<Device> device;
    private final LongCell mmu;

    MtkV1Larb(MtkV1Data data, int number) {
        super(data.machine());
        this.number = number;
        this.device = new RefCell<>(this, Lane.DRIVER, Term.reference("dev"), Device.class);
        this.mmu = new LongCell(this, Lane.DRIVER, Term.of("mmu", "", Operand.HEX, Operand.HEX, Operand.NONE));
    }

    @Override
    public String label() {
        return "larb_imu[" + number + "]";
    }

    int number() {
        return number;
    }

    /** NULL where there is no such larb. */
    RefCell<Device> device() {
        return device;
    }

    /** A bit for each port that shall go through the M4U; read when the larb wakes. */
    LongCell mmu() {
        return mmu;
    }
}
