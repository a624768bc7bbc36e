package org.iommulab.backend.armsmmu;

import org.iommulab.core.Group;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct arm_smmu_smr} and {@code struct arm_smmu_s2cr}: what the driver means a pair of registers to hold. */
final class ArmSmmuMapEntry {
    private final int index;
    private final LongCell id;
    private final LongCell mask;
    private final FlagCell valid;
    private final LongCell type;
    private final LongCell bank;
    private final LongCell count;
    private final RefCell<Group> group;

    ArmSmmuMapEntry(SimObject smmu, int index) {
        this.index = index;
        String smr = "smrs[" + index + "].";
        String s2cr = "s2crs[" + index + "].";
        this.id = new LongCell(smmu, Lane.DRIVER, Term.hex(smr + "id"));
        this.mask = new LongCell(smmu, Lane.DRIVER, Term.hex(smr + "mask"));
        this.valid = new FlagCell(smmu, Lane.DRIVER, Term.flag(smr + "valid"));
        this.type = new LongCell(smmu, Lane.DRIVER, Term.count(s2cr + "type"));
        this.bank = new LongCell(smmu, Lane.DRIVER, Term.count(s2cr + "cbndx"));
        this.count = new LongCell(smmu, Lane.DRIVER, Term.count(s2cr + "count"));
        this.group = new RefCell<>(smmu, Lane.DRIVER, Term.reference(s2cr + "group"), Group.class);
    }

    int index() {
        return index;
    }

    boolean isValid() {
        return valid.get();
    }

    /** Whether all streams of a new entry are matched by this one. */
    boolean holds(int newId, int newMask) {
        return (newMask & mask.get()) == newMask && ((newId ^ id.get()) & ~mask.get()) == 0;
    }

    /** Whether some stream is matched by both. */
    boolean overlaps(int newId, int newMask) {
        return ((newId ^ id.get()) & ~(mask.get() | newMask)) == 0;
    }

    void claim(int newId, int newMask) {
        id.setQuietly(newId);
        mask.setQuietly(newMask);
        valid.set(true);
    }

    /** Back to what it was at first: {@code s2cr_init_val}. */
    void reset(int initialType) {
        valid.set(false);
        count.setQuietly(0);
        type.setQuietly(initialType);
        bank.setQuietly(0);
        group.setQuietly(java.util.Optional.empty());
    }

    /** How many ids of devices use it. */
    LongCell count() {
        return count;
    }

    RefCell<Group> group() {
        return group;
    }

    boolean leadsTo(int newType, int newBank) {
        return type.get() == newType && bank.get() == newBank;
    }

    void lead(int newType, int newBank) {
        type.setQuietly(newType);
        bank.setQuietly(newBank);
    }

    int smrWord() {
        return ArmSmmuEntry.smrWord(valid.get(), (int) id.get(), (int) mask.get());
    }

    int s2crWord() {
        return ArmSmmuEntry.s2crWord((int) type.get(), (int) bank.get());
    }
}
