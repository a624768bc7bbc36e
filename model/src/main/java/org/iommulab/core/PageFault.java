package org.iommulab.core;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** {@code struct iopf_fault}: one request, remembered. */
final class PageFault extends SimObject {
    private final PageRequest request;

    PageFault(Machine machine, PageRequest request) {
        super(machine);
        this.request = request;
    }

    @Override
    public String label() {
        return "page request at 0x" + Long.toHexString(request.address());
    }

    PageRequest request() {
        return request;
    }
}
