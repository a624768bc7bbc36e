package org.iommulab.backend.pamu;

import org.iommulab.memory.PhysicalMemory;

/** What an access meets in the tables. Reads only; the same for an access and for the picture of one. */
final class PamuLookup {
    private final PhysicalMemory memory;
    private final long primaryBase;
    private final long primaryLimit;
    private final long secondaryBase;

    PamuLookup(PhysicalMemory memory, long primaryBase, long primaryLimit, long secondaryBase) {
        this.memory = memory;
        this.primaryBase = primaryBase;
        this.primaryLimit = primaryLimit;
        this.secondaryBase = secondaryBase;
    }

    /** Who looks at each entry that is read. */
    @FunctionalInterface
    interface Reader {
        void read(Paace entry);
    }

    /** How it ends. */
    sealed interface Result {}

    /** At this physical address. */
    record Reached(long output) implements Result {}

    /** @param entry address of the entry that refused it, 0 for none */
    record Refused(PamuLayout.Violation violation, long entry) implements Result {}

    long entryAddress(int liodn) {
        return primaryBase + (long) PamuLayout.ENTRY_BYTES * (liodn & 0xffff);
    }

    /** Whether the primary table has such an entry. */
    boolean knows(int liodn) {
        return Long.compareUnsigned((long) PamuLayout.ENTRY_BYTES * ((liodn & 0xffff) + 1L), primaryLimit - primaryBase)
                <= 0;
    }

    Result find(int liodn, long input, boolean write, Reader reader) {
        if (!knows(liodn)) {
            return new Refused(PamuLayout.Violation.UNKNOWN_LIODN, 0);
        }
        long address = entryAddress(liodn);
        if (!Paace.isThere(memory, address)) {
            return new Refused(PamuLayout.Violation.NO_TABLE, 0);
        }
        Paace entry = Paace.read(memory, address);
        reader.read(entry);
        if (!entry.isValid()) {
            return new Refused(PamuLayout.Violation.DISABLED, address);
        }
        if (!entry.holds(input)) {
            return new Refused(PamuLayout.Violation.WINDOW, address);
        }
        long offset = input - entry.windowBase();
        return entry.hasSubwindows() ? inSubwindow(entry, offset, write, reader) : through(entry, offset, input, write);
    }

    private static Result through(Paace entry, long offset, long input, boolean write) {
        if (!entry.permits(write)) {
            return new Refused(PamuLayout.Violation.PERMISSION, entry.address());
        }
        return new Reached(entry.translates() ? entry.translated(offset) : input);
    }

    /** Subwindow 0 is described by the primary entry itself, each other one by a secondary entry. */
    private Result inSubwindow(Paace primary, long offset, boolean write, Reader reader) {
        int power = Math.max(12, primary.windowPower() - primary.subwindowCountPower());
        long number = offset >>> power;
        long within = offset & (1L << power) - 1;
        long input = primary.windowBase() + offset;
        if (number == 0) {
            return Paace.below(within, primary.subwindowPower())
                    ? through(primary, within, input, write)
                    : new Refused(PamuLayout.Violation.WINDOW, primary.address());
        }
        long address = secondaryBase + PamuLayout.ENTRY_BYTES * ((primary.secondary() & 0xffff_ffffL) + number - 1);
        if (!Paace.isThere(memory, address)) {
            return new Refused(PamuLayout.Violation.NO_TABLE, primary.address());
        }
        Paace entry = Paace.read(memory, address);
        reader.read(entry);
        if (!entry.isValid()) {
            return new Refused(PamuLayout.Violation.DISABLED, address);
        }
        return Paace.below(within, entry.subwindowPower())
                ? through(entry, within, input, write)
                : new Refused(PamuLayout.Violation.WINDOW, address);
    }
}
