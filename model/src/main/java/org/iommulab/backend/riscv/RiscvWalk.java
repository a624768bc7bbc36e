package org.iommulab.backend.riscv;

import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;

/** Walks the tables of a first stage, entry by entry (RISC-V privileged architecture, "Virtual Address Translation Process"). */
final class RiscvWalk {
    private final PhysicalMemory memory;

    RiscvWalk(PhysicalMemory memory) {
        this.memory = memory;
    }

    /** Hears each entry that a walk reads. */
    interface Step {
        Step SILENT = (level, table, index, entry) -> {};

        /** @param level from the table in which the walk began, which is 0 */
        void read(int level, long table, int index, long entry);
    }

    /** How a walk ends. */
    sealed interface Result {}

    /**
     * At a page that allows the access.
     *
     * @param page first output address
     * @param lastTable where its table is, if it is one of 4 KiB pages; otherwise 0
     * @param at where its entry is
     * @param entry as it is in memory
     * @param wants the entry as it has to be before the access goes on: the unit sets bits where it may
     */
    record Leaf(long page, long bytes, long lastTable, long at, long entry, long wants) implements Result {
        long output(long input) {
            return page | input & bytes - 1;
        }

        int prot() {
            return Prot.READ | ((entry & RiscvFormat.W) != 0 ? Prot.WRITE : 0);
        }

        boolean dirty() {
            return (wants & RiscvFormat.D) != 0;
        }
    }

    /** Nothing there, or not for this access. */
    record PageFault() implements Result {}

    /** No memory where a table should be. */
    record NoMemory() implements Result {}

    /** @param updates whether the unit may set accessed and dirty bits; where it may not, clear ones fault */
    Result walk(RiscvFormat format, long root, long input, boolean write, boolean updates, Step step) {
        long table = root;
        for (int level = 0; level < format.levels(); level++) {
            int index = format.index(level, input);
            long at = table + index * 8L;
            if (!memory.contains(at, 8)) {
                return new NoMemory();
            }
            long entry = memory.read64(at);
            step.read(level, table, index, entry);
            Kind kind = format.kind(level, entry);
            if (kind == Kind.EMPTY || (entry & RiscvFormat.RESERVED) != 0) {
                return new PageFault();
            }
            if (kind == Kind.LEAF) {
                long last = level + 1 == format.levels() ? table : 0;
                return leaf(format, level, last, at, entry, write, updates);
            }
            table = format.tableAddress(level, entry);
        }
        return new PageFault();
    }

    private static Result leaf(
            RiscvFormat format, int level, long last, long at, long entry, boolean write, boolean updates) {
        long bytes = format.leafBytes(level, entry);
        boolean misaligned = (RiscvLayout.address(entry) & bytes - 1) != 0;
        boolean allowed = (entry & RiscvFormat.U) != 0 && (!write || (entry & RiscvFormat.W) != 0);
        long wants = entry | RiscvFormat.A | (write ? RiscvFormat.D : 0);
        if (misaligned || !allowed || wants != entry && !updates) {
            return new PageFault();
        }
        return new Leaf(format.output(level, entry), bytes, last, at, entry, wants);
    }
}
