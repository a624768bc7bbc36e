package org.iommulab.backend.riscv;

import java.util.List;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.TlbView;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;

/**
 * What the unit keeps of page tables: translations, and where the tables of 4 KiB pages are. Both are tagged with the
 * PSCID, whichever device asked. The sizes, and that it keeps the last tables, are the lab's choice: the specification
 * allows it, and version 1.0 has no command that drops a table alone.
 */
final class RiscvTlb {
    static final int MISS = Iotlb.MISS;

    private static final int TRANSLATIONS = 64;
    private static final int LAST_TABLES = 16;
    static final int LAST_TABLE_SHIFT = 21;
    private static final long PSCID = RiscvLayout.PSCID_MASK;
    private static final int PROT = 20;
    private static final long DIRTY = 1 << 22;

    private final Machine machine;
    private final Iotlb pages;
    private final Iotlb lastTables;
    private final int roots;

    RiscvTlb(Machine machine) {
        this.machine = machine;
        this.pages = new Iotlb(machine, 1, TRANSLATIONS, 12);
        this.lastTables = new Iotlb(machine, 1, LAST_TABLES, LAST_TABLE_SHIFT);
        this.roots = machine.newCells(TRANSLATIONS);
    }

    int size() {
        return pages.size();
    }

    /** The slot of a translation, or {@link #MISS}. */
    int find(int pscid, long input) {
        return pages.find(input, PSCID, pscid);
    }

    long output(int slot, long input) {
        return pages.translate(slot, input);
    }

    long bytes(int slot) {
        return pages.bytes(slot);
    }

    int prot(int slot) {
        return (int) (pages.attributes(slot) >>> PROT) & (Prot.READ | Prot.WRITE);
    }

    /** Whether the entry's dirty bit was set, so that a write need not look at it. */
    boolean dirty(int slot) {
        return (pages.attributes(slot) & DIRTY) != 0;
    }

    /** @param root the table that it was read from, for those who look */
    void keep(int pscid, long input, RiscvWalk.Leaf leaf, long root) {
        int stale = find(pscid, input);
        if (stale != MISS) {
            pages.drop(stale);
        }
        long attributes = pscid | (long) leaf.prot() << PROT | (leaf.dirty() ? DIRTY : 0);
        machine.store(roots + pages.fill(input, leaf.page(), leaf.bytes(), attributes), root);
    }

    void keepLastTable(int pscid, long input, long table) {
        if (lastTable(pscid, input) == 0) {
            lastTables.fill(input, table, 1L << LAST_TABLE_SHIFT, pscid);
        }
    }

    /** Where the table of 4 KiB pages for an address is, as far as the unit remembers; 0 when it does not. */
    long lastTable(int pscid, long input) {
        int slot = lastTables.find(input, PSCID, pscid);
        return slot == MISS ? 0 : lastTables.output(slot);
    }

    // ---- dropping; each answers how many

    int dropAll() {
        return pages.flushAll() + lastTables.flushAll();
    }

    int drop(int pscid) {
        return pages.flushMatching(PSCID, pscid) + lastTables.flushMatching(PSCID, pscid);
    }

    /** Leaves only: what is known of tables stays. */
    int dropPage(int pscid, long address) {
        return pages.flush(address, PSCID, pscid);
    }

    /** The same of all PSCIDs. */
    int dropPage(long address) {
        return pages.flush(address);
    }

    List<TlbView> views() {
        return pages.used().stream()
                .map(s -> new TlbView(
                        s,
                        pages.input(s),
                        pages.output(s),
                        pages.bytes(s),
                        Prot.letters(prot(s)),
                        machine.load(roots + s)))
                .toList();
    }
}
