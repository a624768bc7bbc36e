package org.iommulab.backend.intel;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableVisitor;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The page table of a domain as __domain_mapping, domain_unmap and pfn_to_dma_pte keep it (drivers/iommu/intel/iommu.c,
 * v6.1 to v6.12). It chooses the largest pages by itself, whatever page size it is called with, and loses levels at the
 * top when a unit has fewer (prepare_domain_attach_device).
 */
public final class VtdPageTable implements Translation {
    private static final int EINVAL = 22;
    private static final int ENOMEM = 12;

    private final VtdTables tables;
    private final VtdTableNeeds needs;
    private final LongCell root;
    private final LongCell levels;

    /** Allocates the root. */
    public VtdPageTable(
            SimObject owner,
            PhysicalMemory memory,
            FrameAllocator frames,
            VtdFormat format,
            TableListener listener,
            VtdTableNeeds needs) {
        this.tables = new VtdTables(memory, frames, format.stage(), listener);
        this.needs = needs;
        this.root = new LongCell(owner, Lane.DRIVER, Term.hex("pgd"));
        this.levels = new LongCell(owner, Lane.DRIVER, Term.count("levels"));
        levels.setQuietly(format.levels());
        root.setQuietly(tables.allocate(format.levels()));
    }

    public int levels() {
        return (int) levels.get();
    }

    public VtdFormat format() {
        return new VtdFormat(tables.stage(), levels());
    }

    @Override
    public long base() {
        return root.get();
    }

    /** domain_pfn_supported. */
    public boolean reaches(long iova) {
        int bits = VtdFormat.shift(levels() + 1);
        return bits >= 64 || iova >>> bits == 0;
    }

    /** One level less: whatever the first entry of the root leads to becomes the root. */
    void dropTop() {
        long entry = tables.read(root.get());
        if (tables.leadsOn(levels(), entry)) {
            tables.free(levels(), root.get());
            root.set(entry & VtdFormat.ADDRESS);
        }
        levels.set(levels.get() - 1);
    }

    // ---- map

    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        int errno = map(iova, pa, pageBytes * count, prot);
        return errno == 0 ? pageBytes * count : errno;
    }

    /** __domain_mapping: a positive errno, or 0. What an error leaves behind stays. */
    int map(long iova, long pa, long bytes, int prot) {
        if (!reaches(iova + bytes - 1) || (prot & (Prot.READ | Prot.WRITE)) == 0) {
            return EINVAL;
        }
        long done = 0;
        while (done < bytes) {
            int level = largest(iova + done | pa + done, bytes - done);
            long at = find(iova + done, level);
            if (at < 0) {
                return ENOMEM;
            }
            long span = 1L << VtdFormat.shift(level);
            int room = VtdTables.ENTRIES - VtdTables.index(level, iova + done);
            long run = Math.min((bytes - done) / span, room);
            if (level > 1) {
                makeRoom(iova + done, at, level, run);
            }
            for (int i = 0; i < run; i++) {
                put(level, at + i * 8L, iova + done, pa + done, prot);
                done += span;
            }
        }
        return 0;
    }

    /** hardware_largepage_caps. */
    private int largest(long alignment, long bytes) {
        int level = 1;
        while (level <= needs.largeLevels()
                && (alignment & (1L << VtdFormat.shift(level + 1)) - 1) == 0
                && bytes >>> VtdFormat.shift(level + 1) != 0) {
            level++;
        }
        return level;
    }

    private void put(int level, long at, long iova, long pa, int prot) {
        long entry = pa & VtdFormat.ADDRESS | needs.attributes(prot) | (level > 1 ? VtdFormat.LARGE : 0);
        long old = tables.read(at);
        if (old != 0) {
            needs.alreadySet(iova >>> 12, old, entry);
        } else {
            tables.write(level, at, entry);
        }
    }

    /** pfn_to_dma_pte with a level: the entry of that level, with all tables above it; -1 where there is none. */
    private long find(long iova, int wanted) {
        long table = root.get();
        for (int level = levels(); level > wanted; level--) {
            long at = VtdTables.at(level, table, iova);
            long entry = tables.read(at);
            if (!tables.present(entry)) {
                long below = tables.allocate(level - 1);
                entry = needs.pointer(below);
                tables.write(level, at, entry);
            } else if (!tables.leadsOn(level, entry)) {
                // the driver would take the page for a table; no caller maps into a page that is mapped
                return -1;
            }
            table = entry & VtdFormat.ADDRESS;
        }
        return VtdTables.at(wanted, table, iova);
    }

    /** switch_to_super_page: tables of small pages that are empty by now give way to a large one. */
    private void makeRoom(long iova, long at, int level, long run) {
        long span = 1L << VtdFormat.shift(level);
        for (int i = 0; i < run; i++) {
            long first = iova + i * span;
            if (tables.present(tables.read(at + i * 8L))) {
                clearRange(first, first + span - 1);
                freeBelow(levels(), root.get(), first, first + span - 1, level + 1);
                needs.flush(first, span);
            }
        }
    }

    /** dma_pte_clear_range: every leaf of a range. */
    private void clearRange(long first, long last) {
        clearLeaves(levels(), root.get(), first, last);
    }

    private void clearLeaves(int level, long table, long first, long last) {
        VtdTables.each(level, table, first, last, at -> {
            long entry = tables.read(at);
            if (tables.leadsOn(level, entry)) {
                long start = inputOf(level, at, table, first);
                clearLeaves(level - 1, entry & VtdFormat.ADDRESS, max(start, first), min(endOf(level, start), last));
            } else if (tables.present(entry)) {
                tables.clear(level, at);
            }
        });
    }

    /** dma_pte_free_level: tables that the range covers, up to the level that stays. */
    private void freeBelow(int level, long table, long first, long last, int stays) {
        VtdTables.each(level, table, first, last, at -> {
            long entry = tables.read(at);
            if (!tables.leadsOn(level, entry)) {
                return;
            }
            long start = inputOf(level, at, table, first);
            if (level > 2) {
                freeBelow(
                        level - 1, entry & VtdFormat.ADDRESS, max(start, first), min(endOf(level, start), last), stays);
            }
            if (level < stays && covers(level, start, first, last)) {
                tables.clear(level, at);
                tables.free(level - 1, entry & VtdFormat.ADDRESS);
            }
        });
    }

    // ---- ranges of a table's entries

    /** The first address of an entry; {@code any} is an address of the same table. */
    private static long inputOf(int level, long at, long table, long any) {
        long tableSpan = 1L << Math.min(63, VtdFormat.shift(level + 1));
        return (any & -tableSpan) + (at - table) / 8 * (1L << VtdFormat.shift(level));
    }

    private static long endOf(int level, long start) {
        return start + (1L << VtdFormat.shift(level)) - 1;
    }

    private static boolean covers(int level, long start, long first, long last) {
        return Long.compareUnsigned(first, start) <= 0 && Long.compareUnsigned(last, endOf(level, start)) >= 0;
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) > 0 ? a : b;
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }

    // ---- unmap

    /** {@inheritDoc} Tables that fall out are given back at once: for who has no walker to wait for. */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        return unmap(iova, pageBytes * count, tables::free);
    }

    /**
     * intel_iommu_unmap: bytes that are unmapped now. Where a large page, or a hole as large, is at the address, it counts
     * as a whole.
     *
     * @param freed hears of each table that is no longer reached, whose memory is the caller's then
     */
    long unmap(long iova, long bytes, VtdTables.Freed freed) {
        long size = max(bytes, 1L << VtdFormat.shift(levelAt(iova)));
        clear(levels(), root.get(), iova, iova + size - 1, freed);
        return size;
    }

    /** How far an unmap of so many bytes goes. */
    long lastOfUnmap(long iova, long bytes) {
        return iova + max(bytes, 1L << VtdFormat.shift(levelAt(iova))) - 1;
    }

    /** pfn_to_dma_pte without a level: where the walk ends, be it at a page or at a hole. */
    private int levelAt(long iova) {
        long table = root.get();
        int level = levels();
        while (level > 1) {
            long entry = tables.read(VtdTables.at(level, table, iova));
            if (!tables.leadsOn(level, entry)) {
                return level;
            }
            table = entry & VtdFormat.ADDRESS;
            level--;
        }
        return 1;
    }

    /** dma_pte_clear_level. */
    private void clear(int level, long table, long first, long last, VtdTables.Freed freed) {
        VtdTables.each(level, table, first, last, at -> {
            long entry = tables.read(at);
            if (!tables.present(entry)) {
                return;
            }
            long start = inputOf(level, at, table, first);
            boolean leads = tables.leadsOn(level, entry);
            if (covers(level, start, first, last)) {
                if (leads) {
                    tables.list(level - 1, entry & VtdFormat.ADDRESS, freed);
                }
                tables.clear(level, at);
            } else if (leads) {
                // a large page that is only touched stays; the driver would take it for a table, but no caller asks so
                clear(level - 1, entry & VtdFormat.ADDRESS, max(start, first), min(endOf(level, start), last), freed);
            }
        });
    }

    // ---- look up, and the whole

    @Override
    public long translate(long iova) {
        if (!reaches(iova)) {
            return NOT_MAPPED;
        }
        long table = root.get();
        for (int level = levels(); level >= 1; level--) {
            long entry = tables.read(VtdTables.at(level, table, iova));
            if (!tables.present(entry)) {
                return NOT_MAPPED;
            }
            if (!tables.leadsOn(level, entry)) {
                long offset = iova & (1L << VtdFormat.shift(level)) - 1;
                return level <= 3 ? entry & VtdFormat.ADDRESS | offset : NOT_MAPPED;
            }
            table = entry & VtdFormat.ADDRESS;
        }
        return NOT_MAPPED;
    }

    @Override
    public long free() {
        long[] bytes = {0};
        tables.list(levels(), root.get(), (level, table) -> {
            bytes[0] += VtdTables.BYTES;
            tables.free(level, table);
        });
        return bytes[0];
    }

    /** Gives back the memory of a table that {@link #unmap(long, long, VtdTables.Freed)} has unlinked. */
    void freeTable(int level, long table) {
        tables.free(level, table);
    }

    /** Shows all tables, the root first. */
    public void visitTables(TableVisitor visitor) {
        tables.visit(levels(), root.get(), visitor);
    }

    public long mappedBytes() {
        return tables.mappedBytes(levels(), root.get());
    }

    public int tableCount() {
        int[] count = {0};
        visitTables((level, table) -> count[0]++);
        return count[0];
    }

    /** identity_map: a range at itself, whatever was there (iommu_domain_identity_map). */
    int identityMap(long first, long last) {
        clearRange(first, last);
        return map(first, first, last - first + 1, Prot.READ | Prot.WRITE);
    }
}
