package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.jspecify.annotations.Nullable;

/**
 * The v1 page table of a domain as iommu_v1_map_pages, iommu_v1_unmap_pages and iommu_v1_iova_to_phys of Linux 6.1 keep
 * it. It grows at the top: a new root takes the old one as its first entry. Mapping over anything succeeds, and what
 * was there is gone as a whole.
 */
public final class AmdV1PageTable implements Translation {
    private static final int EINVAL = 22;
    private static final int ENOMEM = 12;
    private static final int ROOT = 0;
    private static final int MODE = 1;

    private final Machine machine;
    private final AmdTables tables;
    private final AmdV1Flushes flushes;
    private final boolean growsForLast;
    private final int cells;

    /**
     * Allocates the root, as 6.1 does.
     *
     * @param mode levels to begin with; the driver takes 3
     */
    public AmdV1PageTable(
            Machine machine,
            PhysicalMemory memory,
            FrameAllocator frames,
            int mode,
            TableListener listener,
            AmdV1Flushes flushes) {
        this(machine, memory, frames, mode, false, listener, flushes);
    }

    /** @param growsForLast whether a page's last address must be in reach too before it is mapped (6.12) */
    public AmdV1PageTable(
            Machine machine,
            PhysicalMemory memory,
            FrameAllocator frames,
            int mode,
            boolean growsForLast,
            TableListener listener,
            AmdV1Flushes flushes) {
        this.machine = machine;
        this.tables = new AmdTables(memory, frames, listener);
        this.flushes = flushes;
        this.growsForLast = growsForLast;
        this.cells = machine.newCells(2);
        setRoot(tables.allocate(mode - 1), mode);
    }

    /** An entry that maps an address, the first of its copies; or, in a table of 4 KiB pages, one that could. */
    private record Found(int height, int at, long bytes) {}

    // ---- the root

    private void setRoot(int table, int mode) {
        machine.store(cells + ROOT, table);
        machine.store(cells + MODE, mode);
    }

    private int root() {
        return (int) machine.load(cells + ROOT);
    }

    /** How many levels it has now: the DTE's Mode field. */
    public int mode() {
        return (int) machine.load(cells + MODE);
    }

    @Override
    public long base() {
        return tables.address(root());
    }

    public AmdV1Format format() {
        return new AmdV1Format(mode());
    }

    /** increase_address_space: one more level. */
    private void grow() {
        int mode = mode();
        int table = tables.allocate(mode);
        tables.put(mode, table, AmdV1Format.pointer(mode, base()));
        setRoot(table, mode + 1);
        flushes.updateAndFlushDeviceTable();
        flushes.flushComplete();
    }

    // ---- map

    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        if (count == 1 && pageBytes == AmdV1Format.SMALL_PAGE && mapSmallest(iova, pa, prot)) {
            return pageBytes;
        }
        return mapWalking(iova, pa, pageBytes, count, prot);
    }

    /** A 4 KiB page whose table is known and whose entry is free. */
    private boolean mapSmallest(long iova, long pa, int prot) {
        int at = tables.cachedEntry(iova);
        long allowed = prot & (Prot.READ | Prot.WRITE);
        if (at < 0 || allowed == 0 || tables.load(at) != 0) {
            return false;
        }
        tables.put(0, at, pa | AmdV1Format.PRESENT | AmdV1Format.FORCE_COHERENT | allowed << 61);
        return true;
    }

    private long mapWalking(long iova, long pa, long pageBytes, long count, int prot) {
        boolean misused = Long.bitCount(pageBytes) != 1
                || pageBytes < AmdV1Format.SMALL_PAGE
                || ((iova | pa) & pageBytes - 1) != 0;
        // The kernel's answer to misuse is BUG_ON; the lab's is an error.
        if (misused || (prot & (Prot.READ | Prot.WRITE)) == 0) {
            return EINVAL;
        }
        var replaced = new AmdV1Replaced(tables);
        long done = 0;
        int errno = 0;
        for (long i = 0; i < count && errno == 0; i++) {
            boolean mapped = pageBytes == AmdV1Format.SMALL_PAGE && mapSmallest(iova + done, pa + done, prot)
                    || mapPage(iova + done, pa + done, pageBytes, prot, replaced);
            done += mapped ? pageBytes : 0;
            errno = mapped ? 0 : ENOMEM;
        }
        if (replaced.any()) {
            flushes.flushTlbPde();
            flushes.flushComplete();
        }
        replaced.release();
        return done | errno;
    }

    private boolean mapPage(long iova, long pa, long bytes, int prot, AmdV1Replaced replaced) {
        long reached = growsForLast ? iova | bytes - 1 : iova;
        while (Long.compareUnsigned(reached, AmdV1Format.lastAddress(mode())) > 0) {
            grow();
        }
        int first = descend(iova, bytes, replaced);
        if (first == AmdTables.NO_TABLE) {
            return false;
        }
        // A page may be too big for the tree: growth looks at its first address only. It then ends up in the root.
        int height = Math.min(AmdV1Format.heightOf(bytes), mode() - 1);
        int end = first + AmdV1Format.copies(bytes) * 8;
        for (int at = first; at < end; at += 8) {
            replaced.below(tables.load(at));
            tables.clear(height, at);
        }
        long entry = AmdV1Format.page(bytes, pa, prot);
        for (int at = first; at < end; at += 8) {
            tables.put(height, at, entry);
        }
        return true;
    }

    /** alloc_pte: the entry for a page of this size, with all tables above it; none where levels are skipped. */
    private int descend(long iova, long bytes, AmdV1Replaced replaced) {
        int height = mode() - 1;
        int last = AmdV1Format.heightOf(bytes);
        int at = AmdTables.at(height, root(), iova);
        while (height > last) {
            long entry = tables.load(at);
            int next = AmdV1Format.nextLevel(entry);
            if (AmdV1Format.isPresent(entry) && next == AmdV1Format.OTHER_SIZE) {
                replaced.copies(height, at, entry);
            } else if (!AmdV1Format.isPresent(entry) || next == 0) {
                int table = tables.allocate(height - 1);
                tables.put(height, at, AmdV1Format.pointer(height, tables.address(table)));
                if (AmdV1Format.isPresent(entry)) {
                    replaced.page();
                }
            } else {
                int table = next == height ? tables.table(entry & AmdV1Format.ADDRESS) : AmdTables.NO_TABLE;
                if (table == AmdTables.NO_TABLE) {
                    return AmdTables.NO_TABLE;
                }
                height--;
                tables.remember(height, iova, table);
                at = AmdTables.at(height, table, iova);
            }
        }
        return at;
    }

    // ---- unmap and look up

    /** fetch_pte: the entry that maps an address, whatever its size. */
    private @Nullable Found fetch(long iova) {
        int mode = mode();
        if (Long.compareUnsigned(iova, AmdV1Format.lastAddress(mode)) > 0) {
            return null;
        }
        int height = mode - 1;
        int at = AmdTables.at(height, root(), iova);
        while (height > 0) {
            long entry = tables.load(at);
            int next = AmdV1Format.nextLevel(entry);
            if (AmdV1Format.isPresent(entry) && (next == 0 || next == AmdV1Format.OTHER_SIZE)) {
                break;
            }
            int table = AmdV1Format.isPresent(entry) && next == height
                    ? tables.table(entry & AmdV1Format.ADDRESS)
                    : AmdTables.NO_TABLE;
            if (table == AmdTables.NO_TABLE) {
                return null;
            }
            height--;
            tables.remember(height, iova, table);
            at = AmdTables.at(height, table, iova);
        }
        long entry = tables.load(at);
        if (AmdV1Format.nextLevel(entry) != AmdV1Format.OTHER_SIZE) {
            return new Found(height, at, 1L << AmdV1Format.shift(height));
        }
        // Taken for the first copy even where another page was mapped over that one: iova_to_phys then errs.
        long bytes = AmdV1Format.encodedBytes(entry);
        return new Found(height, tables.firstCopy(at, AmdV1Format.copies(bytes)), bytes);
    }

    /** {@inheritDoc} A page goes as a whole, also when less is asked for; a free entry for a 4 KiB page counts too. */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        long size = count * pageBytes;
        long at = iova;
        long done = 0;
        while (Long.compareUnsigned(done, size) < 0) {
            long bytes = removeSmallest(at) ? AmdV1Format.SMALL_PAGE : removeWalking(at);
            if (bytes == 0) {
                break;
            }
            at = (at & -bytes) + bytes;
            done += bytes;
        }
        return done;
    }

    private boolean removeSmallest(long iova) {
        int at = tables.cachedEntry(iova);
        if (at < 0) {
            return false;
        }
        long entry = tables.load(at);
        if (AmdV1Format.nextLevel(entry) == AmdV1Format.OTHER_SIZE) {
            return false;
        }
        if (entry != 0) {
            tables.put(0, at, 0);
        }
        return true;
    }

    /** Bytes of the page that was there, 0 when the tables do not lead to one. */
    private long removeWalking(long iova) {
        Found found = fetch(iova);
        if (found == null) {
            return 0;
        }
        int end = found.at() + AmdV1Format.copies(found.bytes()) * 8;
        for (int at = found.at(); at < end; at += 8) {
            tables.clear(found.height(), at);
        }
        if (found.height() > 0) {
            // A table that replaced a part of the page is lost with it: the kernel leaks it.
            tables.forget();
        }
        return found.bytes();
    }

    @Override
    public long translate(long iova) {
        int at = tables.cachedEntry(iova);
        if (at >= 0) {
            long entry = tables.load(at);
            if (AmdV1Format.isPresent(entry) && AmdV1Format.nextLevel(entry) == 0) {
                return entry & AmdV1Format.ADDRESS | iova & AmdV1Format.SMALL_PAGE - 1;
            }
        }
        return translateWalking(iova);
    }

    private long translateWalking(long iova) {
        Found found = fetch(iova);
        if (found == null || !AmdV1Format.isPresent(tables.load(found.at()))) {
            return NOT_MAPPED;
        }
        return tables.load(found.at()) & AmdV1Format.ADDRESS & -found.bytes() | iova & found.bytes() - 1;
    }

    // ---- the whole

    @Override
    public long free() {
        var all = new AmdV1Replaced(tables);
        all.table(mode(), base());
        return all.release();
    }

    /** Every table that can be reached, level by level. */
    List<AmdTables.Table> reachable() {
        return tables.reachable(format(), base());
    }

    /** Bytes of input addresses that are mapped, counted in memory. */
    public long mappedBytes() {
        return tables.mappedBytes(format(), base());
    }

    public int tableCount() {
        return reachable().size();
    }
}
