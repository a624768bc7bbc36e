package org.iommulab.backend.tegrasmmu;

import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;

/**
 * The PTC: lines of table words by their physical address, in journaled cells. That there are 64 lines, one for each
 * index, is a model after the index map that the driver writes.
 */
final class PageTableCache {
    private static final int LINES = 64;
    private static final int NO_LINE = 0;
    private static final long WORD = 0xffff_ffffL;

    private final Machine machine;
    private final int atom;
    private final int cellsPerLine;
    private final int cells;

    /** @param atom bytes of a line: 16, 32 or 64 */
    PageTableCache(Machine machine, int atom) {
        this.machine = machine;
        this.atom = atom;
        this.cellsPerLine = 1 + atom / 8;
        this.cells = machine.newCells(LINES * cellsPerLine);
    }

    private int line(long address) {
        return cells + (int) (address / atom & LINES - 1) * cellsPerLine;
    }

    /** The line's address, with a bit that tells it from an empty line. */
    private long tag(long address) {
        return address & -atom | 1;
    }

    boolean has(long address) {
        return machine.load(line(address)) == tag(address);
    }

    /** A word that the cache {@link #has}. */
    long word(long address) {
        long offset = address & atom - 1;
        long pair = machine.load(line(address) + 1 + (int) (offset / 8));
        return pair >>> (offset & 4) * 8 & WORD;
    }

    /** Reads the line of a word; false where there is no memory for all of it. */
    boolean fill(long address, PhysicalMemory memory) {
        long first = address & -atom;
        if (!memory.contains(first, atom)) {
            return false;
        }
        machine.store(line(address), tag(address));
        for (int i = 0; i < atom / 8; i++) {
            machine.store(line(address) + 1 + i, memory.read64(first + 8L * i));
        }
        return true;
    }

    /** Drops the line of a word; how many that were. */
    int flush(long address) {
        boolean held = has(address);
        if (held) {
            machine.store(line(address), NO_LINE);
        }
        return held ? 1 : 0;
    }

    int flushAll() {
        int dropped = 0;
        for (int line = cells; line < cells + LINES * cellsPerLine; line += cellsPerLine) {
            dropped += machine.load(line) == NO_LINE ? 0 : 1;
            machine.store(line, NO_LINE);
        }
        return dropped;
    }
}
