package org.iommulab.bus.pci;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/**
 * Bus addresses that a host bridge answers to itself, for the registers of the devices below it: a memory entry of
 * {@code bridge->windows}. The offset between bus and CPU addresses is 0 on every machine of the lab.
 */
public final class HostWindow extends SimObject {
    private final int domain;
    private final long first;
    private final long last;

    /**
     * @param domain the segment of the host bridge
     * @param last the last address, inclusive
     */
    public HostWindow(Machine machine, int domain, long first, long last) {
        super(machine);
        this.domain = domain;
        this.first = first;
        this.last = last;
    }

    @Override
    public String label() {
        return "window of the host bridge at 0x" + Long.toHexString(first);
    }

    public int domain() {
        return domain;
    }

    public long first() {
        return first;
    }

    public long last() {
        return last;
    }
}
