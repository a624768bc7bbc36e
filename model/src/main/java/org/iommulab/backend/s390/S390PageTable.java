package org.iommulab.backend.s390;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.LeafTableCache;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableVisitor;
import org.iommulab.pagetable.Translation;

/**
 * The page table of a domain as s390_iommu_map, s390_iommu_unmap and s390_iommu_iova_to_phys of v6.1 keep it.
 *
 * <p>Tables are made on the way down, for an unmap too, and stay until the domain is freed. Mapping over a mapping
 * replaces it; unmapping keeps the page's address in its entry.
 */
public final class S390PageTable implements Translation {
    private static final int EINVAL = 22;
    private static final int NO_TABLE = LeafTableCache.UNKNOWN;
    private static final S390Format FORMAT = S390Format.REGION_THIRD;
    private static final int LAST = S390Format.LAST;
    private static final int LEAF_TABLE_SHIFT = 20;
    private static final int LEAF_INDEX_MASK = 0xff;

    /** Bits of a page entry that stay when its address is replaced (ZPCI_PTE_FLAG_MASK). */
    private static final long FLAGS = S390Format.PAGE - 1;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final long apertureFirst;
    private final long apertureLast;
    private final TableListener listener;
    private final boolean heard;
    private final S390Warnings warnings;
    private final int root;
    private final LeafTableCache leafTables;

    /**
     * Allocates the region table.
     *
     * @param apertureFirst first usable input address
     * @param apertureLast last usable input address; the driver takes care that a mapping ends before it, so that the
     *     page in which it lies cannot be mapped
     */
    public S390PageTable(
            PhysicalMemory memory,
            FrameAllocator frames,
            long apertureFirst,
            long apertureLast,
            TableListener listener,
            S390Warnings warnings) {
        this.memory = memory;
        this.frames = frames;
        this.apertureFirst = apertureFirst;
        this.apertureLast = apertureLast;
        this.listener = listener;
        this.heard = listener != TableListener.NONE;
        this.warnings = warnings;
        this.leafTables = LeafTableCache.of(memory, LEAF_TABLE_SHIFT);
        this.root = allocate(S390Format.REGION);
    }

    // ---- entries and tables

    private long load(int at) {
        return Long.reverseBytes(memory.load64(at));
    }

    private void put(int level, int at, long entry) {
        memory.store64(at, Long.reverseBytes(entry));
        if (heard) {
            listener.entryWritten(level, memory.base() + at, entry);
        }
    }

    private static int bytes(int level) {
        return FORMAT.entryBytes() << FORMAT.indexBits(level);
    }

    private static int at(int level, int table, long iova) {
        int index = (int) (iova >>> FORMAT.indexShift(level)) & (1 << FORMAT.indexBits(level)) - 1;
        return table + index * FORMAT.entryBytes();
    }

    private int allocate(int level) {
        int bytes = bytes(level);
        long address = frames.allocate(bytes, bytes);
        int table = memory.offset(address, bytes);
        long empty = Long.reverseBytes(S390Format.invalid(level));
        for (int at = table; at < table + bytes; at += FORMAT.entryBytes()) {
            memory.store64(at, empty);
        }
        if (heard) {
            listener.tableAllocated(level, address, bytes);
        }
        return table;
    }

    /** The table that an entry points at; none when it is invalid, or points out of RAM. */
    private int next(int level, long entry) {
        long address = FORMAT.tableAddress(level, entry);
        int bytes = bytes(level + 1);
        return (entry & S390Format.TABLE_INVALID) == 0 && memory.contains(address, bytes)
                ? memory.offset(address, bytes)
                : NO_TABLE;
    }

    private int cachedLeafTable(long iova) {
        return leafTables.find(iova);
    }

    private static int leafAt(int table, long iova) {
        return table + (((int) (iova >>> 12) & LEAF_INDEX_MASK) << 3);
    }

    /** The page table for an address, or none. */
    private int findLeafTable(long iova) {
        int table = root;
        for (int level = S390Format.REGION; level < LAST && table != NO_TABLE; level++) {
            table = next(level, load(at(level, table, iova)));
        }
        if (table != NO_TABLE) {
            leafTables.remember(iova, table);
        }
        return table;
    }

    /** dma_walk_cpu_trans: the page table for an address, made where it is missing. */
    private int makeLeafTable(long iova) {
        int table = root;
        for (int level = S390Format.REGION; level < LAST; level++) {
            int at = at(level, table, iova);
            int below = next(level, load(at));
            if (below == NO_TABLE) {
                below = allocate(level + 1);
                put(level, at, FORMAT.table(level, memory.base() + below));
            }
            table = below;
        }
        leafTables.remember(iova, table);
        return table;
    }

    private int leafTable(long iova) {
        int table = cachedLeafTable(iova);
        return table == NO_TABLE ? makeLeafTable(iova) : table;
    }

    // ---- translate

    @Override
    public long translate(long iova) {
        int table = cachedLeafTable(iova);
        return table == NO_TABLE ? translateWalking(iova) : translateAt(table, iova);
    }

    private long translateWalking(long iova) {
        int table = findLeafTable(iova);
        return table == NO_TABLE ? NOT_MAPPED : translateAt(table, iova);
    }

    /** An address outside the aperture is none, whatever the tables say. */
    private long translateAt(int table, long iova) {
        long entry = load(leafAt(table, iova));
        boolean valid = (entry & S390Format.PAGE_INVALID) == 0
                && Long.compareUnsigned(iova - apertureFirst, apertureLast - apertureFirst) <= 0;
        return valid ? entry & -S390Format.PAGE | iova & FLAGS : NOT_MAPPED;
    }

    /** s390_iommu_iova_to_phys: the page's address without the offset in it; 0 when nothing is mapped. */
    public long iovaToPhys(long iova) {
        long address = translate(iova);
        return address == NOT_MAPPED ? 0 : address & -S390Format.PAGE;
    }

    // ---- map

    /** Whether s390_iommu_update_trans takes the range: its last byte must lie before the last of the aperture. */
    private boolean inAperture(long iova, long bytes) {
        return Long.compareUnsigned(iova, apertureFirst) >= 0 && Long.compareUnsigned(iova + bytes, apertureLast) <= 0;
    }

    /** {@inheritDoc} All or nothing; READ is required. */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        long bytes = pageBytes * count;
        if ((prot & Prot.READ) == 0 || !inAperture(iova, bytes)) {
            return EINVAL;
        }
        validate(iova, pa, bytes, (prot & Prot.WRITE) != 0);
        return bytes;
    }

    /** s390_iommu_validate_trans, and the loop of __dma_update_trans: whoever calls has looked at the range. */
    void validate(long iova, long pa, long bytes, boolean write) {
        long flags = write ? 0 : S390Format.PROTECTED;
        long done = 0;
        while (done < bytes) {
            int table = leafTable(iova + done);
            long end = Math.min(bytes, done + leftInTable(iova + done));
            for (; done < end; done += S390Format.PAGE) {
                validate(leafAt(table, iova + done), pa + done, flags);
            }
        }
    }

    /** Bytes from an address to the end of what its page table covers. */
    private static long leftInTable(long iova) {
        return (1L << LEAF_TABLE_SHIFT) - (iova & (1L << LEAF_TABLE_SHIFT) - 1 & -S390Format.PAGE);
    }

    private void validate(int at, long pa, long flags) {
        long entry = load(at);
        if ((entry & S390Format.PAGE_INVALID) == 0) {
            warnings.warn(S390Warnings.Function.VALIDATE_PT_ENTRY);
        }
        long kept = entry & FLAGS & ~(S390Format.PAGE_INVALID | S390Format.PROTECTED);
        put(LAST, at, pa & -S390Format.PAGE | kept | flags);
    }

    // ---- unmap

    /**
     * {@inheritDoc} All or nothing; only the first page must be mapped, and not at physical address 0, which the driver
     * takes for "not mapped". The rest of the range gets tables where it has none.
     */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        long bytes = pageBytes * count;
        if (iovaToPhys(iova) == 0 || !inAperture(iova, bytes)) {
            return 0;
        }
        invalidate(iova, bytes);
        return bytes;
    }

    /** s390_iommu_invalidate_trans, and the loop of __dma_update_trans. */
    void invalidate(long iova, long bytes) {
        long done = 0;
        while (done < bytes) {
            int table = leafTable(iova + done);
            long end = Math.min(bytes, done + leftInTable(iova + done));
            for (; done < end; done += S390Format.PAGE) {
                invalidate(leafAt(table, iova + done));
            }
        }
    }

    private void invalidate(int at) {
        long entry = load(at);
        if ((entry & S390Format.PAGE_INVALID) != 0) {
            warnings.warn(S390Warnings.Function.INVALIDATE_PT_ENTRY);
        }
        put(LAST, at, entry & ~S390Format.PROTECTED | S390Format.PAGE_INVALID);
    }

    // ---- the whole

    @Override
    public long base() {
        return memory.base() + root;
    }

    @Override
    public long free() {
        long[] bytes = {0};
        visitTables((level, address) -> {
            bytes[0] += bytes(level);
            frames.free(bytes(level));
            if (heard) {
                listener.tableFreed(level, address, bytes(level));
            }
        });
        leafTables.forget();
        return bytes[0];
    }

    /** Shows all tables, the region table first, then depth first. */
    public void visitTables(TableVisitor visitor) {
        visit(S390Format.REGION, root, visitor);
    }

    private void visit(int level, int table, TableVisitor visitor) {
        visitor.table(level, memory.base() + table);
        for (int at = table; level < LAST && at < table + bytes(level); at += FORMAT.entryBytes()) {
            int below = next(level, load(at));
            if (below != NO_TABLE) {
                visit(level + 1, below, visitor);
            }
        }
    }

    /** The raw entries of a table that a {@link TableVisitor} was shown. */
    public long[] entries(int level, long address) {
        var entries = new long[1 << FORMAT.indexBits(level)];
        int table = memory.offset(address, bytes(level));
        for (int i = 0; i < entries.length; i++) {
            entries[i] = load(table + i * FORMAT.entryBytes());
        }
        return entries;
    }

    /** 4 KiB pages that are mapped, counted in memory. */
    public long mappedPages() {
        long[] pages = {0};
        visitTables((level, address) -> {
            for (long entry : level == LAST ? entries(level, address) : new long[0]) {
                pages[0] += (entry & S390Format.PAGE_INVALID) == 0 ? 1 : 0;
            }
        });
        return pages[0];
    }
}
