package org.iommulab.backend.qcom;

import org.iommulab.backend.qcom.QcomLayout.Register;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.Mmio;
import org.iommulab.pagetable.lpae.LpaeRegisters;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code struct qcom_iommu_ctx}: what the driver keeps for one context bank, and how it writes its registers. The bank's
 * number is its ASID too.
 */
final class QcomContext extends SimObject {
    private final Device device;
    private final int asid;
    private final Mmio registers;
    private final RefCell<IommuDomain> domain;
    private final FlagCell secureInit;

    /** @param registers the window in which all banks are */
    QcomContext(Device device, int asid, Mmio registers) {
        super(device.machine());
        this.device = device;
        this.asid = asid;
        this.registers = registers;
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("ctx.domain"), IommuDomain.class);
        this.secureInit = new FlagCell(this, Lane.DRIVER, Term.flag("ctx.secure_init"));
    }

    @Override
    public String label() {
        return device.label() + " data";
    }

    Device device() {
        return device;
    }

    int asid() {
        return asid;
    }

    RefCell<IommuDomain> domain() {
        return domain;
    }

    /** Whether the firmware was asked to restore the bank's secure configuration. */
    FlagCell secureInit() {
        return secureInit;
    }

    // ---- iommu_writel, iommu_writeq, iommu_readl, iommu_readq

    void write(Register register, int value) {
        registers.write32(register.in(asid), value);
    }

    /** A 64-bit write, upper half first, as 32-bit kernels do it (io-64-nonatomic-hi-lo.h); in the lab all do. */
    private void write(Register upper, Register lower, long value) {
        write(upper, (int) (value >>> 32));
        write(lower, (int) value);
    }

    int read(Register register) {
        return registers.read32(register.in(asid));
    }

    long readFaultAddress() {
        long upper = read(Register.FAR_HI);
        return upper << 32 | read(Register.FAR) & 0xffff_ffffL;
    }

    // ---- sequences

    /** The loop body of qcom_iommu_init_domain: afterwards the bank translates. */
    void enable(LpaeRegisters.StageOne values) {
        write(Register.SCTLR, 0);
        write(Register.FAR_HI, Register.FAR, 0);
        write(Register.FSR, QcomLayout.FSR_FAULT);
        write(Register.TTBR0_HI, Register.TTBR0, values.ttbr() | (long) asid << QcomLayout.TTBR_ASID_SHIFT + 32);
        write(Register.TTBR1_HI, Register.TTBR1, 0);
        write(Register.TCR2, QcomLayout.TCR2_SEP_UPSTREAM | values.tcr().size());
        write(Register.TCR, control(values.tcr()));
        write(Register.S1_MAIR0, (int) values.mair());
        write(Register.S1_MAIR1, (int) (values.mair() >>> 32));
        write(Register.SCTLR, QcomLayout.SCTLR_ON);
    }

    private static int control(LpaeRegisters.Control tcr) {
        return QcomLayout.TCR_EAE
                | QcomLayout.TCR_EPD1
                | tcr.granule() << QcomLayout.TCR_TG0_SHIFT
                | tcr.shareability() << QcomLayout.TCR_SH0_SHIFT
                | tcr.outer() << QcomLayout.TCR_ORGN0_SHIFT
                | tcr.inner() << QcomLayout.TCR_IRGN0_SHIFT
                | tcr.bits();
    }

    /** Accesses pass untranslated from now on; nothing is flushed and TTBR0 stays. */
    void disable() {
        write(Register.SCTLR, 0);
    }

    void sync() {
        write(Register.TLBSYNC, 0);
        // the kernel polls up to 5 seconds; the emulated bank is done at once
        read(Register.TLBSTATUS);
    }
}
