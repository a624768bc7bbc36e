package org.iommulab.hardware;

import java.util.List;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** A piece of hardware that stands between masters and memory, as everybody but its own driver sees it. */
public abstract class IommuUnit extends SimObject {
    private final String name;

    protected IommuUnit(Machine machine, String name) {
        super(machine);
        this.name = name;
    }

    @Override
    public final String label() {
        return name;
    }

    /** What it is, {@code SysMMU 3.3}. */
    public abstract String model();

    /** Whether it answers now; always, for one that is never without power. */
    public boolean powered() {
        return true;
    }

    /** Whether addresses are translated now; when not, they pass untouched. */
    public abstract boolean translating();

    /** Whether accesses are held now. */
    public boolean blocked() {
        return false;
    }

    /** Physical address of the table that it would walk; 0 when it has none. */
    public abstract long tableBase();

    /** Whether accesses of this port are translated now; the same for all ports where the unit makes no difference. */
    public boolean translating(DmaMaster port) {
        return translating();
    }

    /** Physical address of the table that is walked for this port; 0 when it has none. */
    public long tableBase(DmaMaster port) {
        return tableBase();
    }

    /**
     * Whether it stands between its masters and all of memory. One that does not only remaps what falls into a window
     * that all its masters share.
     */
    public boolean isolates() {
        return true;
    }

    /** Whether every access of this port is refused now, as the tables are. */
    public boolean refuses(DmaMaster port) {
        return false;
    }

    public abstract List<RegisterView> registers();

    /** What the TLB holds. */
    public abstract List<TlbView> tlb();

    public abstract int tlbSlots();

    /** The latched fault in words; empty when there is none. */
    public abstract String fault();

    /** What would become of an access, step by step. Changes nothing and writes no event. */
    public abstract WalkTrace trace(long input, boolean write);

    /** The same for an access of this port, where the unit tells its ports apart. */
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(input, write);
    }

    /** The same for an access with a PASID, where the unit knows what that is. */
    public WalkTrace trace(DmaMaster port, int pasid, long input, boolean write) {
        return trace(port, input, write);
    }

    /** An access arrives: the unit looks it up, walks, keeps the translation, or faults. */
    public abstract Access access(DmaMaster master, long input, boolean write);

    /** An access with a PASID arrives; a unit that knows no PASIDs refuses it. */
    public Access access(DmaMaster master, int pasid, long input, boolean write) {
        return new Access.Refused("PASID");
    }
}
