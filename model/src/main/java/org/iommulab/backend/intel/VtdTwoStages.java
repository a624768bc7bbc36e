package org.iommulab.backend.intel;

import java.util.Optional;
import org.iommulab.backend.intel.VtdTranslator.Tables;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;

/**
 * Nested translation: first-level tables of a guest, in the guest's memory. Every address in them, and the address that
 * comes out, is translated once more by second-level tables (VT-d specification, "Nested Translation"). The accessed and
 * dirty bits that the hardware would set in the guest's entries are not set.
 */
final class VtdTwoStages {
    private static final int ENTRY_BYTES = 8;
    private static final int RW = Prot.READ | Prot.WRITE;

    private final PhysicalMemory memory;

    VtdTwoStages(PhysicalMemory memory) {
        this.memory = memory;
    }

    /** Hears each entry that is read. */
    interface Step {
        Step SILENT = (tables, level, at, entry) -> {};

        /**
         * @param level from the root, which is 0
         * @param at its physical address
         */
        void read(Tables tables, int level, long at, long entry);
    }

    /** How a walk ends. */
    sealed interface Result {}

    /** @param page physical address of the smaller of the two pages */
    record Found(long page, long bytes, int prot) implements Result {}

    record Failed(VtdReason reason) implements Result {}

    /** A leaf of one stage. */
    private record Leaf(long page, long bytes, int prot) {
        long output(long input) {
            return page | input & bytes - 1;
        }
    }

    Result walk(Tables first, Tables second, long input, Step step) {
        VtdFormat format = first.format();
        long table = first.root();
        int allowed = RW;
        for (int level = 0; level < format.levels(); level++) {
            long index = input >>> format.indexShift(level) & VtdTables.ENTRIES - 1;
            // the guest's address of the entry: stage 2 says where that is
            long guest = table + index * ENTRY_BYTES;
            Optional<Leaf> where = second(second, guest, step);
            if (where.isEmpty() || (where.get().prot() & Prot.READ) == 0) {
                return new Failed(level == 0 ? VtdReason.SM_NESTED_ROOT : VtdReason.SM_NESTED_ENTRY);
            }
            long at = where.get().output(guest);
            if (!memory.contains(at, ENTRY_BYTES)) {
                return new Failed(VtdReason.SM_BAD_FIRST_LEVEL);
            }
            long entry = memory.read64(at);
            step.read(first, level, at, entry);
            Kind kind = format.kind(level, entry);
            if (kind == Kind.EMPTY) {
                return new Failed(VtdReason.SM_FIRST_LEVEL_NOT_PRESENT);
            }
            if (kind != Kind.TABLE) {
                var leaf = new Leaf(
                        format.output(level, entry),
                        format.leafBytes(level, entry),
                        format.prot(level, entry) & allowed);
                return finish(second, leaf, input, step);
            }
            allowed &= format.tableProt(level, entry);
            table = format.tableAddress(level, entry);
        }
        return new Failed(VtdReason.SM_FIRST_LEVEL_NOT_PRESENT);
    }

    /** What comes out of stage 1 is the guest's; stage 2 has the last word. */
    private Result finish(Tables second, Leaf first, long input, Step step) {
        long guest = first.output(input);
        Optional<Leaf> below = second(second, guest, step);
        if (below.isEmpty()) {
            return new Failed(VtdReason.SM_SECOND_LEVEL_PERMISSION);
        }
        long bytes = Math.min(first.bytes(), below.get().bytes());
        return new Found(
                below.get().output(guest) & -bytes,
                bytes,
                first.prot() & below.get().prot());
    }

    private Optional<Leaf> second(Tables second, long guest, Step step) {
        VtdFormat format = second.format();
        if (guest >>> VtdFormat.shift(format.levels() + 1) != 0) {
            return Optional.empty();
        }
        long table = second.root();
        int allowed = RW;
        for (int level = 0; level < format.levels(); level++) {
            long at = table + (guest >>> format.indexShift(level) & VtdTables.ENTRIES - 1) * ENTRY_BYTES;
            if (!memory.contains(at, ENTRY_BYTES)) {
                return Optional.empty();
            }
            long entry = memory.read64(at);
            step.read(second, level, at, entry);
            Kind kind = format.kind(level, entry);
            if (kind == Kind.EMPTY) {
                return Optional.empty();
            }
            if (kind != Kind.TABLE) {
                return Optional.of(new Leaf(
                        format.output(level, entry),
                        format.leafBytes(level, entry),
                        format.prot(level, entry) & allowed));
            }
            allowed &= format.tableProt(level, entry);
            table = format.tableAddress(level, entry);
        }
        return Optional.empty();
    }
}
