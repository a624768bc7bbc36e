package org.iommulab.sim;

/** A modelled thing with an identity: a device, a group, a domain, a unit. Its state lives in cells. */
public abstract class SimObject {
    private final Machine machine;
    private final int id;

    protected SimObject(Machine machine) {
        this.machine = machine;
        this.id = machine.adopt(this);
    }

    public final Machine machine() {
        return machine;
    }

    /** Its number in this machine, from 1; 0 stands for the kernel's NULL. The same run gives the same numbers. */
    public final int id() {
        return id;
    }

    /** What a person calls it: a device name, {@code group 0}, {@code mapping 1}. Never changes. */
    public abstract String label();

    @Override
    public String toString() {
        return label();
    }
}
