package org.iommulab.backend.sprd;

import org.iommulab.backend.sprd.SprdLayout.Flavour;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code struct sprd_iommu_device}: what the driver keeps for one IOMMU. */
final class SprdIommu extends SimObject {
    private final IommuDevice instance;
    private final Mmio registers;
    private final LongCell version;
    private final LongCell protectPage;
    private final RefCell<Group> group;
    private final RefCell<SprdDomain> domain;

    SprdIommu(IommuDevice instance, Mmio registers) {
        super(instance.machine());
        this.instance = instance;
        this.registers = registers;
        this.version = new LongCell(this, Lane.DRIVER, Term.count("sdev.ver"));
        this.protectPage = new LongCell(
                this, Lane.DRIVER, Term.of("sdev.prot_page_pa", "", Operand.HEX, Operand.HEX, Operand.NONE));
        this.group = new RefCell<>(this, Lane.DRIVER, Term.reference("sdev.group"), Group.class);
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("sdev.dom"), SprdDomain.class);
    }

    @Override
    public String label() {
        return device().label() + " data";
    }

    Device device() {
        return instance.device();
    }

    IommuDevice instance() {
        return instance;
    }

    Mmio registers() {
        return registers;
    }

    /** sdev.ver: EX as long as the version register has not been read. */
    LongCell version() {
        return version;
    }

    Flavour flavour() {
        return Flavour.ofVersion((int) version.get()).orElseThrow();
    }

    /** sdev.prot_page_pa: where lost accesses land. */
    LongCell protectPage() {
        return protectPage;
    }

    /** sdev.group, up to v6.6: the group of all masters, which outlives them. NULL before the probe. */
    RefCell<Group> group() {
        return group;
    }

    /** sdev.dom, from v6.4 on: the domain attached last. Nobody clears it when that domain is freed. */
    RefCell<SprdDomain> domain() {
        return domain;
    }

    // ---- registers

    /** The four registers of a table, then on. */
    void program(SprdPageTable table) {
        SprdSequences.attach(registers, flavour(), table.base(), protectPage.get());
    }

    /** sprd_iommu_hw_en. */
    void enable(boolean on) {
        SprdSequences.enable(registers, flavour(), on);
    }

    /** UPDATE: everything cached goes. */
    void sync() {
        SprdSequences.sync(registers, flavour());
    }
}
