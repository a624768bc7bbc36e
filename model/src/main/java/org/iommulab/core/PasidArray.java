package org.iommulab.core;

import java.util.Optional;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A group's {@code pasid_array} (v6.2): what is attached to each PASID, a domain up to v6.10 and an
 * {@link AttachHandle} from v6.11 on. Index 0 stands for requests without a PASID.
 */
public final class PasidArray {
    /** IOMMU_NO_PASID. */
    public static final int NO_PASID = 0;

    private final Group group;
    private final RefList<Slot> slots;

    PasidArray(Group group) {
        this.group = group;
        this.slots = new RefList<>(group, Slot.class);
    }

    /** One entry; {@code handle} is NULL once it is erased. */
    private static final class Slot extends SimObject {
        private final int pasid;
        private final RefCell<SimObject> entry;
        private final String group;

        Slot(Group group, int pasid) {
            super(group.machine());
            this.pasid = pasid;
            this.entry = new RefCell<>(this, Lane.CORE, Term.reference("group.pasid_array"), SimObject.class);
            this.group = group.label();
        }

        @Override
        public String label() {
            return "PASID " + pasid + " of " + group;
        }
    }

    public boolean isEmpty() {
        return slots.isEmpty();
    }

    /** What stands under this PASID. */
    public Optional<SimObject> load(int pasid) {
        return find(pasid).flatMap(slot -> slot.entry.get());
    }

    /** xa_insert: false when the place is taken. */
    boolean insert(int pasid, SimObject entry) {
        if (find(pasid).isPresent()) {
            return false;
        }
        store(pasid, entry);
        return true;
    }

    /** xa_store. */
    void store(int pasid, SimObject entry) {
        Slot slot = find(pasid).orElseGet(() -> {
            var made = new Slot(group, pasid);
            slots.add(made);
            return made;
        });
        slot.entry.set(entry);
    }

    /** xa_erase. */
    void erase(int pasid) {
        find(pasid).ifPresent(slot -> {
            slot.entry.setNull();
            slots.remove(slot);
        });
    }

    private Optional<Slot> find(int pasid) {
        return slots.toList().stream().filter(slot -> slot.pasid == pasid).findFirst();
    }
}
