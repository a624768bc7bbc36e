package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.TlbView;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;

/**
 * What the unit keeps of page tables: translations, and where the last tables of host walks are (the "PDE cache"). Both
 * are tagged with the domain's number, whichever device asked; the real sizes are not documented.
 */
final class AmdTlb {
    static final int MISS = Iotlb.MISS;

    private static final int TRANSLATIONS = 64;
    private static final int LAST_TABLES = 16;
    private static final int LAST_TABLE_SHIFT = 21;
    private static final long LAST_TABLE_SPAN = 1L << LAST_TABLE_SHIFT;

    private static final long DOMAIN = 0xffff;
    private static final int PROT_SHIFT = 16;
    private static final long GUEST = 1 << 18;
    // For views only: the top table that a translation was read from.
    private static final int ROOT_SHIFT = 20;

    private final Iotlb pages;
    private final Iotlb lastTables;

    AmdTlb(Machine machine) {
        this.pages = new Iotlb(machine, 1, TRANSLATIONS, 12);
        this.lastTables = new Iotlb(machine, 1, LAST_TABLES, LAST_TABLE_SHIFT);
    }

    int size() {
        return pages.size();
    }

    /** The slot of a translation, or {@link #MISS}. */
    int find(int domain, boolean guest, long input) {
        return pages.find(input, DOMAIN | GUEST, domain | (guest ? GUEST : 0));
    }

    long output(int slot, long input) {
        return pages.translate(slot, input);
    }

    long bytes(int slot) {
        return pages.bytes(slot);
    }

    /** What the tables allow; the device table entry has its own say. */
    int prot(int slot) {
        return (int) (pages.attributes(slot) >>> PROT_SHIFT) & (Prot.READ | Prot.WRITE);
    }

    /** Keeps a translation, and of a host's the way to its last table. */
    void keep(int domain, boolean guest, long input, AmdWalker.Found found, long root) {
        long tag = domain | (guest ? GUEST : 0);
        pages.fill(
                input,
                found.page(),
                found.bytes(),
                tag | (long) found.prot() << PROT_SHIFT | root >>> 12 << ROOT_SHIFT);
        if (!guest && found.height() == 0 && findLastTable(domain, input) == MISS) {
            lastTables.fill(input, found.table(), LAST_TABLE_SPAN, tag | (long) found.above() << PROT_SHIFT);
        }
    }

    /** The slot of a domain's last table for an address, or {@link #MISS}. */
    int findLastTable(int domain, long input) {
        return lastTables.find(input, DOMAIN, domain);
    }

    long lastTable(int slot) {
        return lastTables.output(slot);
    }

    /** What the entries above that table allow. */
    int protAbove(int slot) {
        return (int) (lastTables.attributes(slot) >>> PROT_SHIFT) & (Prot.READ | Prot.WRITE);
    }

    // ---- dropping

    /**
     * Drops a domain's translations in a range.
     *
     * @param guestOnly leaves the host's
     * @param upper drops what is kept of upper levels too
     * @return how many translations and tables
     */
    int drop(int domain, AmdCommand.Range range, boolean guestOnly, boolean upper) {
        long mask = guestOnly ? DOMAIN | GUEST : DOMAIN;
        int dropped = drop(pages, mask, domain | (guestOnly ? GUEST : 0), range);
        return upper && !guestOnly ? dropped + drop(lastTables, DOMAIN, domain, range) : dropped;
    }

    private static int drop(Iotlb cache, long mask, long wanted, AmdCommand.Range range) {
        int dropped = 0;
        for (int slot : cache.used()) {
            if ((cache.attributes(slot) & mask) == wanted && range.meets(cache.input(slot), cache.bytes(slot))) {
                cache.drop(slot);
                dropped++;
            }
        }
        return dropped;
    }

    int dropAll() {
        return pages.flushAll() + lastTables.flushAll();
    }

    List<TlbView> views() {
        return pages.used().stream()
                .map(s -> new TlbView(
                        s,
                        pages.input(s),
                        pages.output(s),
                        pages.bytes(s),
                        Prot.letters(prot(s)),
                        pages.attributes(s) >>> ROOT_SHIFT << 12))
                .toList();
    }
}
