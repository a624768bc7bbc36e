package org.iommulab.backend.dart;

import java.util.Arrays;
import java.util.List;
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
 * A page table as io-pgtable-dart of Linux 6.1 keeps it. Each call handles pages of one second-level table only, when
 * mapping all of them or none; the caller goes on from there. Tables are never freed before the whole is.
 */
public final class DartPageTable implements Translation {
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ERANGE = 34;

    private final RadixTable[] roots;
    private final DartFormat format;
    private final TableFlush flush;
    private final Consumer<DartWarning> warnings;
    private final long pageBytes;
    private final int outputBits;
    private final int rootShift;

    /**
     * Allocates the top tables.
     *
     * @param listener hears of the entries and tables, for events
     * @param warnings hears of the WARNs
     */
    public DartPageTable(
            PhysicalMemory memory,
            FrameAllocator frames,
            DartFormat format,
            TableFlush flush,
            TableListener listener,
            Consumer<DartWarning> warnings) {
        this.format = format;
        this.flush = flush;
        this.warnings = warnings;
        this.pageBytes = format.pageBytes();
        this.outputBits = format.outputBits();
        this.rootShift = format.indexShift(0) + format.indexBits(0);
        this.roots = new RadixTable[format.roots()];
        Arrays.setAll(roots, i -> new RadixTable(memory, frames, format, TableRules.refusing(EEXIST), listener));
    }

    /** The tables behind one of the TTBRs; which one the bits above the indices say. */
    private RadixTable rootOf(long iova) {
        return roots[(int) (iova >>> rootShift) & roots.length - 1];
    }

    // ---- map

    /**
     * dart_map_pages. The input address is not looked at: what is above its bits is ignored.
     *
     * @return bytes mapped and errno, as {@link Translation} says: EINVAL for another size of page or for a mapping that
     *     could neither be read nor written, ERANGE for an output address that is too big, EEXIST
     */
    @Override
    public long map(long iova, long pa, long bytes, long count, int prot) {
        if (count == 1
                && bytes == pageBytes
                && pa >>> outputBits == 0
                && (prot & (Prot.READ | Prot.WRITE)) != 0
                && rootOf(iova).mapSmallest(iova, pa, prot)) {
            return bytes;
        }
        return mapChecking(iova, pa, bytes, count, prot);
    }

    private long mapChecking(long iova, long pa, long bytes, long count, int prot) {
        if (bytes != pageBytes) {
            return refuse(EINVAL, DartWarning.MAP_PAGES);
        }
        if (pa >>> outputBits != 0) {
            return refuse(ERANGE, DartWarning.MAP_PAGES);
        }
        if ((prot & (Prot.READ | Prot.WRITE)) == 0) {
            return EINVAL;
        }
        return mapRun(iova, pa, count, prot);
    }

    private long refuse(int errno, DartWarning warning) {
        warnings.accept(warning);
        return errno;
    }

    private long mapRun(long iova, long pa, long count, int prot) {
        RadixTable table = rootOf(iova);
        int pages = (int) Math.min(count, format.pagesLeft(iova));
        if (!table.mapRun(1, iova, pa, pages, prot)) {
            if (table.kindOf(0, iova) == Kind.EMPTY) {
                table.installTable(0, iova);
            }
            if (!table.mapRun(1, iova, pa, pages, prot)) {
                return refuse(EEXIST, DartWarning.INIT_PTE);
            }
        }
        return pages * pageBytes;
    }

    // ---- unmap

    @Override
    public long unmap(long iova, long bytes, long count) {
        return count == 1 && bytes == pageBytes && rootOf(iova).removeSmallest(iova)
                ? bytes
                : unmap(iova, bytes, count, PageGather.NONE);
    }

    /** dart_unmap_pages: the bytes that are unmapped now, up to the first page that is not mapped. */
    public long unmap(long iova, long bytes, long count, PageGather gather) {
        if (bytes != pageBytes || count == 0) {
            warnings.accept(DartWarning.UNMAP_PAGES);
            return 0;
        }
        int pages = (int) Math.min(count, format.pagesLeft(iova));
        RadixTable table = rootOf(iova);
        int removed = pages == 1 && table.removeSmallest(iova) ? 1 : table.removeRun(1, iova, pages);
        if (removed > 0 && !gather.isQueued()) {
            gather.add(iova, bytes, removed);
        }
        if (removed < pages) {
            warnings.accept(DartWarning.UNMAP_PAGES);
        }
        return removed * bytes;
    }

    // ---- the rest

    /** dart_iova_to_phys. */
    @Override
    public long translate(long iova) {
        return rootOf(iova).translate(iova);
    }

    @Override
    public long base() {
        return roots[0].base();
    }

    /** Where the top tables are: what the TTBRs are set to, in this order. */
    public List<Long> bases() {
        return Arrays.stream(roots).map(RadixTable::base).toList();
    }

    public DartFormat format() {
        return format;
    }

    /** free_io_pgtable_ops: invalidates everything, then frees all tables. */
    @Override
    public long free() {
        flush.flushAll();
        return Arrays.stream(roots).mapToLong(RadixTable::free).sum();
    }

    /** The tables of each top table, for looking at. */
    public List<RadixTable> radixes() {
        return List.of(roots);
    }
}
