package org.iommulab.backend.virtio;

import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A domain as the host has it: it comes with its first endpoint and goes with its last, and its mappings with it. */
final class HostDomain extends SimObject {
    private final int id;
    private final boolean bypass;
    private final Mappings mappings;
    private final LongCell endpoints;

    /** @param bypass whether it lets everything pass, without mappings */
    HostDomain(SimObject unit, int id, boolean bypass) {
        super(unit.machine());
        this.id = id;
        this.bypass = bypass;
        this.mappings = new Mappings(machine());
        this.endpoints = new LongCell(this, Lane.HARDWARE, Term.count("endpoints"));
    }

    @Override
    public String label() {
        return "host domain " + Integer.toUnsignedString(id);
    }

    int domainId() {
        return id;
    }

    boolean isBypass() {
        return bypass;
    }

    Mappings mappings() {
        return mappings;
    }

    /** How many endpoints are in it. */
    LongCell endpoints() {
        return endpoints;
    }
}
