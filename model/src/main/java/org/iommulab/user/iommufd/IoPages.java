package org.iommulab.user.iommufd;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** {@code struct iopt_pages}: a piece of the program's memory that areas of one or several IOAS show. */
final class IoPages extends SimObject {
    private final long address;
    private final long length;
    private final boolean writable;

    /** @param address the user's address of the first byte */
    IoPages(Machine machine, long address, long length, boolean writable) {
        super(machine);
        this.address = address;
        this.length = length;
        this.writable = writable;
    }

    @Override
    public String label() {
        return "pages 0x" + Long.toHexString(address);
    }

    long address() {
        return address;
    }

    long length() {
        return length;
    }

    /** Whether devices may be allowed to write them, which the first mapping decides. */
    boolean isWritable() {
        return writable;
    }
}
