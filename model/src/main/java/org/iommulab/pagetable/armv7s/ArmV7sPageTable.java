package org.iommulab.pagetable.armv7s;

import java.util.function.Consumer;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.Translation;

/**
 * A page table as io-pgtable-arm-v7s of Linux 6.1 keeps it. A section that is mapped over a table frees the table and all
 * that it maps; unmapping part of a bigger page splits it first. The frames must be below 4 GiB, where the kernel takes
 * them from, unless the driver asked for {@link ArmV7sQuirk#ARM_MTK_TTBR_EXT}.
 */
public final class ArmV7sPageTable implements Translation {
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ERANGE = 34;

    private static final long SMALL = ArmV7sFormat.SMALL_PAGE;
    private static final int PAGES = 256;
    private static final int TABLE_BYTES = 1024;

    private final RadixTable table;
    private final FrameAllocator frames;
    private final ArmV7sFormat format;
    private final TableFlush flush;
    private final TableListener listener;
    private final Consumer<ArmV7sWarning> warnings;
    private final int inputBits;
    private final int outputBits;

    /**
     * Allocates the root.
     *
     * @param listener hears of the entries and tables, for events
     * @param warnings hears of the WARNs
     * @throws IllegalArgumentException when the root is where the unit cannot be told that it is
     */
    public ArmV7sPageTable(
            PhysicalMemory memory,
            FrameAllocator frames,
            ArmV7sConfig config,
            TableFlush flush,
            TableListener listener,
            Consumer<ArmV7sWarning> warnings) {
        this.format = new ArmV7sFormat(config);
        this.table = new RadixTable(memory, frames, format, TableRules.refusing(EEXIST), listener);
        this.frames = frames;
        this.flush = flush;
        this.listener = listener;
        this.warnings = warnings;
        this.inputBits = config.inputBits();
        this.outputBits = config.outputBits();
        if (table.base() >>> (config.has(ArmV7sQuirk.ARM_MTK_TTBR_EXT) ? 35 : 32) != 0) {
            throw new IllegalArgumentException("the root of the table is above what its register has room for");
        }
    }

    private long span(int level) {
        return 1L << format.indexShift(level);
    }

    // ---- map

    /**
     * arm_v7s_map_pages. The size is not looked at: it must be one of the format's, and both addresses multiples of it,
     * as iommu_map sees to.
     *
     * @return bytes mapped and errno, as {@link Translation} says: ERANGE for a first address that is too big, EINVAL for
     *     a mapping that could neither be read nor written, EEXIST
     */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        if ((iova >>> inputBits | pa >>> outputBits) != 0) {
            warnings.accept(ArmV7sWarning.MAP_PAGES);
            return ERANGE;
        }
        if ((prot & (Prot.READ | Prot.WRITE)) == 0) {
            return EINVAL;
        }
        if (count == 1 && pageBytes == SMALL && table.mapSmallest(iova, pa, prot)) {
            return SMALL;
        }
        return mapWalking(iova, pa, pageBytes, count, prot);
    }

    private long mapWalking(long iova, long pa, long pageBytes, long count, int prot) {
        long end = pageBytes * count;
        long done = 0;
        while (done < end) {
            int run = runLength(iova + done, pageBytes, end - done);
            if (run > 0 && table.mapRun(level(pageBytes), iova + done, pa + done, run, prot)) {
                done += run * pageBytes;
            } else if (mapPage(iova + done, pa + done, pageBytes, prot)) {
                done += pageBytes;
            } else {
                return done | EEXIST;
            }
        }
        return end;
    }

    private static int level(long pageBytes) {
        return pageBytes < ArmV7sFormat.SECTION ? 1 : 0;
    }

    /** How many pages, up to the end of their table, are one entry each and side by side; 0 for those of 16 entries. */
    private int runLength(long iova, long pageBytes, long bytes) {
        int level = level(pageBytes);
        if (pageBytes != span(level)) {
            return 0;
        }
        long entries = 1L << format.indexBits(level);
        return (int) Math.min(bytes / pageBytes, entries - (iova / pageBytes & entries - 1));
    }

    /** __arm_v7s_map: one page; false when something is in the way. */
    private boolean mapPage(long iova, long pa, long bytes, int prot) {
        if (bytes >= ArmV7sFormat.SECTION) {
            return mapLeaf(0, iova, pa, bytes, prot);
        }
        Kind kind = table.kindOf(0, iova);
        if (kind == Kind.EMPTY) {
            table.installTable(0, iova);
        } else if (kind != Kind.TABLE) {
            warnings.accept(ArmV7sWarning.MAP);
            return false;
        }
        return mapLeaf(1, iova, pa, bytes, prot);
    }

    /** arm_v7s_init_pte: tables give way, until a leaf is met; what was taken out before that stays out. */
    private boolean mapLeaf(int level, long iova, long pa, long bytes, int prot) {
        for (long at = 0; at < bytes; at += span(level)) {
            Kind kind = table.kindOf(level, iova + at);
            if (kind == Kind.TABLE) {
                long entry = table.entry(level, iova + at);
                table.writeEntry(level, iova + at, 0);
                freeTable(entry, iova + at);
            } else if (kind != Kind.EMPTY) {
                warnings.accept(ArmV7sWarning.INIT_PTE);
                return false;
            }
        }
        return table.map(iova, pa, bytes, 1, prot) == bytes;
    }

    /** Frees a table that is in no entry any more, with all that it maps. */
    private void freeTable(long entry, long iova) {
        flush.flushWalk(iova, span(0), span(1));
        table.freeTable(0, entry);
    }

    // ---- unmap

    @Override
    public long unmap(long iova, long pageBytes, long count) {
        return unmap(iova, pageBytes, count, PageGather.NONE);
    }

    /** arm_v7s_unmap_pages: the bytes that are unmapped now. */
    public long unmap(long iova, long pageBytes, long count, PageGather gather) {
        if (count == 1 && pageBytes == SMALL && iova >>> inputBits == 0 && table.removeSmallest(iova)) {
            tell(gather, iova, SMALL, 1);
            return SMALL;
        }
        return unmapWalking(iova, pageBytes, count, gather);
    }

    private long unmapWalking(long iova, long pageBytes, long count, PageGather gather) {
        if (iova >>> inputBits != 0) {
            warnings.accept(ArmV7sWarning.UNMAP_PAGES);
            return 0;
        }
        long end = pageBytes * count;
        long done = 0;
        while (done < end) {
            // Whoever gathers hears of each page right after it is gone.
            int run = gather == PageGather.NONE
                    ? runLength(iova + done, pageBytes, end - done)
                    : runLength(iova + done, pageBytes, pageBytes);
            int removed = run > 0 ? table.removeRun(level(pageBytes), iova + done, run) : 0;
            if (removed > 0) {
                tell(gather, iova + done, pageBytes, removed);
            } else if (unmapPage(0, iova + done, pageBytes, gather)) {
                removed = 1;
            } else {
                break;
            }
            done += removed * pageBytes;
        }
        return done;
    }

    private static void tell(PageGather gather, long iova, long bytes, int count) {
        if (!gather.isQueued()) {
            gather.add(iova, bytes, count);
        }
    }

    /** __arm_v7s_unmap, from this level down: one page; false when it is not unmapped. */
    private boolean unmapPage(int level, long iova, long bytes, PageGather gather) {
        long[] entries = new long[(int) Math.max(1, bytes / span(level))];
        for (int i = 0; i < entries.length; i++) {
            if (table.kindOf(level, iova + i * span(level)) == Kind.EMPTY) {
                warnings.accept(ArmV7sWarning.UNMAP);
                return false;
            }
            entries[i] = table.entry(level, iova + i * span(level));
        }
        if (entries.length == 1 && format.kind(level, entries[0]) == Kind.REPLICATED) {
            entries[0] = split(level, iova, entries[0]);
        }
        if (bytes >= span(level)) {
            clear(level, iova, entries, gather);
            return true;
        }
        return format.kind(level, entries[0]) == Kind.TABLE
                ? unmapPage(level + 1, iova, bytes, gather)
                : splitSection(iova, bytes, entries[0], gather);
    }

    private void clear(int level, long iova, long[] entries, PageGather gather) {
        long span = span(level);
        for (int i = 0; i < entries.length; i++) {
            table.writeEntry(level, iova + i * span, 0);
        }
        for (int i = 0; i < entries.length; i++) {
            if (format.kind(level, entries[i]) == Kind.TABLE) {
                freeTable(entries[i], iova + i * span);
            } else {
                tell(gather, iova + i * span, span, 1);
            }
        }
    }

    /**
     * arm_v7s_split_cont: 16 leaves in the place of one that stands in 16 entries. Defect of the kernel: the invalidation
     * begins at the page that is being unmapped, not where the big page does.
     *
     * @return the first of the 16, whichever the address is in
     */
    private long split(int level, long iova, long entry) {
        long span = span(level);
        long whole = span * ArmV7sFormat.COPIES;
        long first = format.part(level, entry);
        for (int i = 0; i < ArmV7sFormat.COPIES; i++) {
            table.writeEntry(level, (iova & -whole) + i * span, first + i * span);
        }
        flush.flushWalk(iova, whole, whole);
        return first;
    }

    /**
     * arm_v7s_split_blk_unmap: a table in the place of a section, without the page that is being unmapped. Two defects of
     * the kernel: the section's address gets lost, so that the other pages lead to the first megabyte of memory; and of a
     * supersection that has just been split only the first section is recognised.
     *
     * @param section what the entry is believed to be
     */
    private boolean splitSection(long iova, long bytes, long section, PageGather gather) {
        if (table.entry(0, iova) != section) {
            // Noticed only when the new table is to be put in.
            listener.tableAllocated(1, frames.allocate(TABLE_BYTES, TABLE_BYTES), TABLE_BYTES);
            frames.free(TABLE_BYTES);
            return false;
        }
        int step = (int) (bytes / SMALL);
        int hole = (int) (iova / SMALL) & PAGES - 1;
        long page = format.leaf(1, bytes, 0, format.prot(0, section));
        var pages = new long[PAGES];
        for (int i = 0; i < PAGES; i++) {
            int first = i / step * step;
            pages[i] = first == hole ? 0 : page + first * SMALL;
        }
        table.replaceByTable(0, iova, pages);
        // Told even to a queued gather.
        gather.add(iova, bytes, 1);
        return true;
    }

    // ---- the rest

    /** arm_v7s_iova_to_phys; bits above the input bits are not looked at. */
    @Override
    public long translate(long iova) {
        return table.translate(iova);
    }

    @Override
    public long base() {
        return table.base();
    }

    /** What the unit's registers must hold. */
    public ArmV7sRegisters registers() {
        return ArmV7sRegisters.of(format.config(), table.base());
    }

    public ArmV7sFormat format() {
        return format;
    }

    /** free_io_pgtable_ops: invalidates everything, then frees all tables. */
    @Override
    public long free() {
        flush.flushAll();
        return table.free();
    }

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
