package org.iommulab.backend.mtk;

import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct mtk_iommu_bank_data}: a bank's registers, and the domain that was first attached to it. */
final class MtkBankData extends SimObject {
    private static final Term FREED = Term.reference("bank.m4u_dom, freed");

    private final MtkData parent;
    private final int number;
    private final InterruptLine irq;
    private final RefCell<MtkDomain> domain;
    private final SpinLock tlbLock;
    private final LongCell savedControl;
    private final LongCell savedMainControl;
    private final LongCell savedProtect;

    MtkBankData(Kernel kernel, MtkData parent, int number, InterruptLine irq) {
        super(kernel.machine());
        this.parent = parent;
        this.number = number;
        this.irq = irq;
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("bank.m4u_dom"), MtkDomain.class);
        this.tlbLock = new SpinLock(kernel, this, "bank.tlb_lock");
        this.savedControl = new LongCell(this, Lane.DRIVER, Term.hex("reg.int_control"));
        this.savedMainControl = new LongCell(this, Lane.DRIVER, Term.hex("reg.int_main_control"));
        this.savedProtect = new LongCell(this, Lane.DRIVER, Term.hex("reg.ivrp_paddr"));
    }

    @Override
    public String label() {
        return parent.device().label() + " bank " + number;
    }

    MtkData parent() {
        return parent;
    }

    int number() {
        return number;
    }

    InterruptLine irq() {
        return irq;
    }

    /** m4u_dom: set once and never replaced, whatever is attached or freed later. */
    RefCell<MtkDomain> domain() {
        return domain;
    }

    /** Notices when m4u_dom is about to be followed into freed memory; what is read there is what was there. */
    MtkDomain follow(Kernel kernel) {
        MtkDomain followed = domain.require();
        if (followed.freed().get()) {
            kernel.machine().useAfterFree(Lane.DRIVER, FREED, parent.device(), followed.id());
        }
        return followed;
    }

    SpinLock tlbLock() {
        return tlbLock;
    }

    void write(Register register, int value) {
        parent.registers().write32(register.in(number), value);
    }

    int read(Register register) {
        return parent.registers().read32(register.in(number));
    }

    // ---- the bank's part of suspend and resume

    void save() {
        savedControl.setQuietly(read(Register.INT_CONTROL0));
        savedMainControl.setQuietly(read(Register.INT_MAIN_CONTROL));
        savedProtect.setQuietly(read(Register.IVRP_PADDR));
    }

    void restore(Kernel kernel) {
        MtkDomain attached = follow(kernel);
        write(Register.INT_CONTROL0, (int) savedControl.get());
        write(Register.INT_MAIN_CONTROL, (int) savedMainControl.get());
        write(Register.IVRP_PADDR, (int) savedProtect.get());
        write(Register.PT_BASE_ADDR, attached.ttbr());
    }
}
