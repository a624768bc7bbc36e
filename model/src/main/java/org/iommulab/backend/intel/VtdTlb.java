package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.TlbView;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;

/**
 * What the unit keeps of page tables: translations, and where the last tables of walks are (the paging-structure
 * caches). Both are tagged with the domain id, whichever device asked; the real sizes are not documented. In caching mode
 * it keeps that there is no translation, too.
 */
final class VtdTlb {
    static final int MISS = Iotlb.MISS;

    private static final int TRANSLATIONS = 64;
    private static final int LAST_TABLES = 16;
    private static final int LAST_TABLE_SHIFT = 21;
    private static final long DOMAIN = 0xffff;
    private static final int PROT_SHIFT = 16;
    private static final long FIRST_LEVEL = 1 << 18;
    private static final long NESTED = 1 << 19;
    private static final int PASID_SHIFT = 20;
    private static final long PASID = 0xf_ffffL << PASID_SHIFT;
    private static final long TAG = DOMAIN | FIRST_LEVEL | PASID;

    private final Iotlb pages;
    private final Iotlb lastTables;
    private final Machine machine;
    // for views only: the top table that a translation was read from
    private final int roots;

    VtdTlb(Machine machine) {
        this.machine = machine;
        this.roots = machine.newCells(TRANSLATIONS);
        this.pages = new Iotlb(machine, 1, TRANSLATIONS, 12);
        this.lastTables = new Iotlb(machine, 1, LAST_TABLES, LAST_TABLE_SHIFT);
    }

    /** Whose translations: a domain's second-level ones, or first-level and nested ones of one of its PASIDs. */
    record Tag(int domain, boolean firstLevel, int pasid) {
        static Tag second(int domain) {
            return new Tag(domain, false, 0);
        }

        static Tag first(int domain, int pasid) {
            return new Tag(domain, true, pasid);
        }

        private long bits() {
            return domain & DOMAIN | (firstLevel ? FIRST_LEVEL | (long) pasid << PASID_SHIFT : 0);
        }
    }

    int size() {
        return pages.size();
    }

    /** The slot of a translation, or {@link #MISS}. */
    int find(Tag tag, long input) {
        return pages.find(input, TAG, tag.bits());
    }

    long output(int slot, long input) {
        return pages.translate(slot, input);
    }

    long bytes(int slot) {
        return pages.bytes(slot);
    }

    /** What the tables allow; nothing where it is kept that nothing is mapped. */
    int prot(int slot) {
        return (int) (pages.attributes(slot) >>> PROT_SHIFT) & (Prot.READ | Prot.WRITE);
    }

    void keep(Tag tag, long input, long page, long bytes, int prot, long root) {
        keep(tag.bits() | (long) prot << PROT_SHIFT, input, page, bytes, root);
    }

    /** A translation of two stages, which a change of the second one drops whatever its address. */
    void keepNested(Tag tag, long input, long page, long bytes, int prot, long root) {
        keep(tag.bits() | NESTED | (long) prot << PROT_SHIFT, input, page, bytes, root);
    }

    private void keep(long attributes, long input, long page, long bytes, long root) {
        machine.store(roots + pages.fill(input, page, bytes, attributes), root);
    }

    /** What of a domain id went through two stages. */
    int dropNested(int domain) {
        return pages.flushMatching(DOMAIN | NESTED, domain & DOMAIN | NESTED);
    }

    /** Keeps where the table of 4 KiB pages for an address is, and what the entries above it allow. */
    void keepLastTable(Tag tag, long input, long table, int above) {
        if (findLastTable(tag, input) == MISS) {
            lastTables.fill(input, table, 1L << LAST_TABLE_SHIFT, tag.bits() | (long) above << PROT_SHIFT);
        }
    }

    int findLastTable(Tag tag, long input) {
        return lastTables.find(input, TAG, tag.bits());
    }

    long lastTable(int slot) {
        return lastTables.output(slot);
    }

    int protAbove(int slot) {
        return (int) (lastTables.attributes(slot) >>> PROT_SHIFT) & (Prot.READ | Prot.WRITE);
    }

    // ---- dropping; each answers how many

    int dropAll() {
        return pages.flushAll() + lastTables.flushAll();
    }

    /** Everything of a domain id, of both levels. */
    int drop(int domain) {
        return pages.flushMatching(DOMAIN, domain) + lastTables.flushMatching(DOMAIN, domain);
    }

    int drop(Tag tag) {
        return pages.flushMatching(TAG, tag.bits()) + lastTables.flushMatching(TAG, tag.bits());
    }

    /** 2^mask pages around an address. */
    int drop(Tag tag, long address, int mask, boolean leavesOnly) {
        long bytes = mask >= 52 ? 0 : 1L << 12 + mask;
        long first = bytes == 0 ? 0 : address & -bytes;
        long last = first + bytes - 1;
        int dropped = drop(pages, tag, first, last);
        return leavesOnly ? dropped : dropped + drop(lastTables, tag, first, last);
    }

    private static int drop(Iotlb cache, Tag tag, long first, long last) {
        int dropped = 0;
        for (int slot : cache.used()) {
            long start = cache.input(slot);
            long end = start + cache.bytes(slot) - 1;
            if ((cache.attributes(slot) & TAG) == tag.bits()
                    && Long.compareUnsigned(start, last) <= 0
                    && Long.compareUnsigned(end, first) >= 0) {
                cache.drop(slot);
                dropped++;
            }
        }
        return dropped;
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
