package org.iommulab.backend.amd;

import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;

/**
 * Reads the unit's tables from memory, entry by entry: the host's, the guest's, and the table of guest tables (GCR3). What
 * the end of a walk means is the unit's business.
 */
final class AmdWalker {
    private static final long ENTRY_BYTES = 8;
    private static final int INDEX_MASK = AmdTables.ENTRIES - 1;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int GCR3_LEVELS = 3;

    private final PhysicalMemory memory;

    AmdWalker(PhysicalMemory memory) {
        this.memory = memory;
    }

    /** What kind of table is read. */
    enum Kind {
        HOST,
        GUEST,
        GCR3
    }

    /** Hears each entry that a walk reads; {@code height} 0 is the last level. */
    interface Step {
        Step SILENT = (kind, height, table, index, entry) -> {};

        void read(Kind kind, int height, long table, int index, long entry);
    }

    /** Why a walk fails. */
    enum Reason {
        NOT_PRESENT,
        /** Bits of an entry say what no entry may say. */
        RESERVED,
        /** No memory answers. */
        NO_MEMORY
    }

    /** How a walk ends. */
    sealed interface Result {}

    /**
     * At a page.
     *
     * @param page first output address
     * @param prot what all entries on the way allow
     * @param height of the table that the page's entry is in
     * @param table that table
     * @param above what the entries above that table allow
     */
    record Found(long page, long bytes, int prot, int height, long table, int above) implements Result {}

    record Failed(Reason reason) implements Result {}

    // ---- host

    /** Walks a host table of this many levels. */
    Result host(long root, int mode, long input, Step step) {
        if (Long.compareUnsigned(input, AmdV1Format.lastAddress(mode)) > 0) {
            return new Failed(Reason.NOT_PRESENT);
        }
        return host(root, mode - 1, RW, input, step);
    }

    /**
     * Goes on with the walk of a host table.
     *
     * @param first the table to read next, of this height
     * @param allowed what the entries before it allow
     */
    Result host(long first, int firstHeight, int allowed, long input, Step step) {
        long table = first;
        int height = firstHeight;
        int above = allowed;
        while (true) {
            int index = (int) (input >>> AmdV1Format.shift(height)) & INDEX_MASK;
            if (!memory.contains(table + index * ENTRY_BYTES, ENTRY_BYTES)) {
                return new Failed(Reason.NO_MEMORY);
            }
            long entry = memory.read64(table + index * ENTRY_BYTES);
            step.read(Kind.HOST, height, table, index, entry);
            if (!AmdV1Format.isPresent(entry)) {
                return new Failed(Reason.NOT_PRESENT);
            }
            int prot = above & (int) (entry >>> 61);
            int next = AmdV1Format.nextLevel(entry);
            if (next == 0 || next == AmdV1Format.OTHER_SIZE) {
                long bytes = next == 0 ? 1L << AmdV1Format.shift(height) : AmdV1Format.encodedBytes(entry);
                return new Found(entry & AmdV1Format.ADDRESS & -bytes, bytes, prot, height, table, above);
            }
            if (next > height) {
                return new Failed(Reason.RESERVED);
            }
            // Levels may be skipped where the address has no bits for them.
            long skipped = (1L << AmdV1Format.shift(height)) - (1L << AmdV1Format.shift(next));
            if ((input & skipped) != 0) {
                return new Failed(Reason.NOT_PRESENT);
            }
            table = entry & AmdV1Format.ADDRESS;
            height = next - 1;
            above = prot;
        }
    }

    // ---- guest

    /**
     * Walks the guest table of PASID 0.
     *
     * @param gcr3Levels 1 to 3
     * @param levels 4 or 5
     */
    Result guest(long gcr3, int gcr3Levels, int levels, long input, Step step) {
        long table = gcr3;
        for (int height = Math.min(gcr3Levels, GCR3_LEVELS) - 1; height >= 0; height--) {
            if (!memory.contains(table, ENTRY_BYTES)) {
                return new Failed(Reason.NO_MEMORY);
            }
            long entry = memory.read64(table);
            step.read(Kind.GCR3, height, table, 0, entry);
            if (!AmdV2Format.isPresent(entry)) {
                return new Failed(Reason.NOT_PRESENT);
            }
            table = entry & AmdV2Format.ADDRESS;
        }
        return guest(table, levels, input, step);
    }

    private Result guest(long root, int levels, long input, Step step) {
        int bits = AmdV2Format.shift(levels);
        // The bits above repeat the highest; Linux uses addresses of the upper half with zeros there, too.
        if (input >>> bits != 0 && input >> bits - 1 != -1) {
            return new Failed(Reason.NOT_PRESENT);
        }
        long table = root;
        int above = RW;
        for (int height = levels - 1; height >= 0; height--) {
            int index = (int) (input >>> AmdV2Format.shift(height)) & INDEX_MASK;
            if (!memory.contains(table + index * ENTRY_BYTES, ENTRY_BYTES)) {
                return new Failed(Reason.NO_MEMORY);
            }
            long entry = memory.read64(table + index * ENTRY_BYTES);
            step.read(Kind.GUEST, height, table, index, entry);
            if (!AmdV2Format.isPresent(entry)) {
                return new Failed(Reason.NOT_PRESENT);
            }
            boolean large = height > 0 && AmdV2Format.isLarge(entry);
            if (large && height > 2) {
                return new Failed(Reason.RESERVED);
            }
            int prot = above & ((entry & AmdV2Format.WRITE) != 0 ? RW : Prot.READ);
            if (large || height == 0) {
                long bytes = 1L << AmdV2Format.shift(height);
                return new Found(entry & AmdV2Format.ADDRESS & -bytes, bytes, prot, height, table, above);
            }
            table = entry & AmdV2Format.ADDRESS;
            above = prot;
        }
        return new Failed(Reason.NOT_PRESENT);
    }

    /** Root of the guest table of PASID 0, 0 when there is none. */
    long guestRoot(long gcr3, int gcr3Levels) {
        long table = gcr3;
        for (int i = 0; i < Math.min(gcr3Levels, GCR3_LEVELS); i++) {
            long entry = memory.contains(table, ENTRY_BYTES) ? memory.read64(table) : 0;
            if (!AmdV2Format.isPresent(entry)) {
                return 0;
            }
            table = entry & AmdV2Format.ADDRESS;
        }
        return table;
    }
}
