package org.iommulab.user.iommufd;

import org.iommulab.sim.SimObject;

/** {@code struct iopt_reserved} and {@code iopt_allowed}: addresses that cannot be mapped, or that shall stay usable. */
final class IoReserved extends SimObject {
    private final IoRange range;
    private final SimObject owner;

    /** @param owner whose wish it is: a device, a domain, or the IOAS for what its program allowed */
    IoReserved(IoRange range, SimObject owner) {
        super(owner.machine());
        this.range = range;
        this.owner = owner;
    }

    @Override
    public String label() {
        return "addresses of " + owner.label();
    }

    IoRange range() {
        return range;
    }

    SimObject owner() {
        return owner;
    }
}
