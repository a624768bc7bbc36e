package org.iommulab.app.machine;

/** What the panes ask of the window; each is one of its actions. */
public interface MachineDesk {
    /** Hands the selected device to user space, step by step. */
    void handOver();

    /** Switches {@code downstream} of the ACS override. */
    void overrideDownstream();

    /** Switches {@code multifunction} of the ACS override. */
    void overrideMultifunction();

    /** Switches the override of the selected device alone. */
    void overrideDevice();
}
