package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.jspecify.annotations.Nullable;

/**
 * The v2 page table of a domain as iommu_v2_map_pages, iommu_v2_unmap_pages and iommu_v2_iova_to_phys of Linux 6.1 keep
 * it: 4 levels, whose root is the entry for PASID 0 of the domain's GCR3 table. Mapping over anything succeeds.
 */
public final class AmdV2PageTable implements Translation {
    /** AMD_IOMMU_PGSIZES_V2. */
    public static final long PAGE_SIZES = AmdV2Format.SMALL_PAGE | AmdV2Format.LARGE_PAGE | AmdV2Format.HUGE_PAGE;

    private static final int EINVAL = 22;
    private static final int KERNEL_PASID = 0;

    private final AmdTables tables;
    private final AmdV2Flushes flushes;
    private final AmdV2Format format = new AmdV2Format(4);
    private final int root;

    /** Allocates the root. */
    public AmdV2PageTable(PhysicalMemory memory, FrameAllocator frames, TableListener listener, AmdV2Flushes flushes) {
        this.tables = new AmdTables(memory, frames, listener);
        this.flushes = flushes;
        this.root = tables.allocate(rootHeight());
    }

    /** An entry that maps an address; or, in a table of 4 KiB pages, one that could. */
    private record Found(int height, int at) {
        long bytes() {
            return 1L << AmdV2Format.shift(height);
        }
    }

    private int rootHeight() {
        return format.levels() - 1;
    }

    @Override
    public long base() {
        return tables.address(root);
    }

    public AmdV2Format format() {
        return format;
    }

    /** Whether the driver takes this page size; if not, it warns and refuses. */
    public static boolean takes(long pageBytes) {
        return pageBytes != 0 && (pageBytes & PAGE_SIZES) == pageBytes;
    }

    // ---- map

    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        if (count == 1 && pageBytes == AmdV2Format.SMALL_PAGE && mapSmallest(iova, pa, prot)) {
            return pageBytes;
        }
        return mapWalking(iova, pa, pageBytes, count, prot);
    }

    /** A 4 KiB page whose table is known and whose entry is free. */
    private boolean mapSmallest(long iova, long pa, int prot) {
        int at = tables.cachedEntry(iova);
        if (at < 0 || (prot & (Prot.READ | Prot.WRITE)) == 0 || tables.load(at) != 0) {
            return false;
        }
        tables.put(0, at, AmdV2Format.page(AmdV2Format.SMALL_PAGE, pa, prot));
        return true;
    }

    private long mapWalking(long iova, long pa, long pageBytes, long count, int prot) {
        if (!takes(pageBytes) || count == 0 || (prot & (Prot.READ | Prot.WRITE)) == 0) {
            return EINVAL;
        }
        // A sum of sizes passes the test above; the kernel then counts in its lowest and maps its highest.
        long bytes = Long.highestOneBit(pageBytes);
        long size = count * Long.lowestOneBit(pageBytes);
        boolean replaced = false;
        long done = 0;
        int errno = 0;
        int pages = 0;
        while (Long.compareUnsigned(done, size) < 0 && errno == 0) {
            int run = bytes == AmdV2Format.SMALL_PAGE ? mapRun(iova + done, pa + done, size - done, prot) : 0;
            if (run > 0) {
                done += run * bytes;
                pages += run;
                continue;
            }
            if (bytes != AmdV2Format.SMALL_PAGE || !mapSmallest(iova + done, pa + done, prot)) {
                int outcome = mapPage(iova + done, pa + done, bytes, prot);
                replaced |= outcome == REPLACED;
                errno = outcome == LOST ? EINVAL : 0;
            }
            done += errno == 0 ? bytes : 0;
            pages++;
        }
        if (replaced) {
            if (pages > 1) {
                flushes.flushTlb(KERNEL_PASID);
            } else {
                flushes.flushPage(KERNEL_PASID, iova);
            }
        }
        return done | errno;
    }

    /** 4 KiB pages up to the end of a table that is known, when the entries of all of them are free; how many, or 0. */
    private int mapRun(long iova, long pa, long bytes, int prot) {
        int at = tables.cachedEntry(iova);
        int count = (int) Math.min(bytes >>> 12, AmdTables.entriesFrom(iova));
        long last = pa + (count - 1L) * AmdV2Format.SMALL_PAGE;
        if (at < 0 || count < 2 || ((pa | last) & ~AmdV2Format.ADDRESS) != 0) {
            return 0;
        }
        long first = AmdV2Format.page(AmdV2Format.SMALL_PAGE, pa, prot);
        return tables.putRun(at, count, first, AmdV2Format.SMALL_PAGE) ? count : 0;
    }

    private static final int MAPPED = 0;
    private static final int REPLACED = 1;
    private static final int LOST = 2;

    /** v2_alloc_pte, and the page. Tables that are in the way are given back before anything is flushed, as there. */
    private int mapPage(long iova, long pa, long bytes, int prot) {
        int last = (Long.numberOfTrailingZeros(bytes) - 12) / 9;
        int outcome = MAPPED;
        int height = rootHeight();
        int at = AmdTables.at(height, root, iova);
        while (height > last) {
            long entry = tables.load(at);
            if (AmdV2Format.isPresent(entry) && AmdV2Format.isLarge(entry)) {
                tables.put(height, at, 0);
                outcome = REPLACED;
            } else if (!AmdV2Format.isPresent(entry)) {
                int table = tables.allocate(height - 1);
                tables.put(height, at, AmdV2Format.pointer(tables.address(table)));
            } else {
                int table = tables.table(entry & AmdV2Format.ADDRESS);
                if (table == AmdTables.NO_TABLE) {
                    return LOST;
                }
                height--;
                tables.remember(height, iova, table);
                at = AmdTables.at(height, table, iova);
            }
        }
        long old = tables.load(at);
        if (AmdV2Format.isPresent(old)) {
            outcome = REPLACED;
            tables.put(height, at, 0);
            // The kernel does not look whether it is a table, and frees the memory of a page that is replaced.
            if (height > 0 && !AmdV2Format.isLarge(old)) {
                var unlinked = new ArrayList<AmdTables.Unlinked>();
                unlink(height - 1, old & AmdV2Format.ADDRESS, unlinked);
                tables.release(unlinked);
            }
        }
        tables.put(height, at, AmdV2Format.page(bytes, pa, prot));
        return outcome;
    }

    /** free_pgtable: a table and all below it, from below. */
    private void unlink(int height, long address, List<AmdTables.Unlinked> unlinked) {
        int table = tables.table(address);
        if (table == AmdTables.NO_TABLE) {
            return;
        }
        for (int at = table; height > 0 && at < table + AmdTables.TABLE_BYTES; at += 8) {
            long entry = tables.load(at);
            if (AmdV2Format.isPresent(entry) && !AmdV2Format.isLarge(entry)) {
                unlink(height - 1, entry & AmdV2Format.ADDRESS, unlinked);
            }
        }
        unlinked.add(new AmdTables.Unlinked(height, table));
    }

    // ---- unmap and look up

    /** fetch_pte: the entry that maps an address, whatever its size. */
    private @Nullable Found fetch(long iova) {
        int height = rootHeight();
        int at = AmdTables.at(height, root, iova);
        while (height > 0) {
            long entry = tables.load(at);
            int table = AmdV2Format.isPresent(entry) ? tables.table(entry & AmdV2Format.ADDRESS) : AmdTables.NO_TABLE;
            if (table == AmdTables.NO_TABLE) {
                return null;
            }
            height--;
            at = AmdTables.at(height, table, iova);
            // Asked without looking whether the entry is present.
            if (AmdV2Format.isLarge(tables.load(at))) {
                return height == 1 || height == 2 ? new Found(height, at) : null;
            }
            tables.remember(height, iova, table);
        }
        return new Found(height, at);
    }

    /** {@inheritDoc} A page goes as a whole, also when less is asked for; a free entry for a 4 KiB page counts too. */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        if (!takes(pageBytes)) {
            return 0;
        }
        long size = count * Long.lowestOneBit(pageBytes);
        long at = iova;
        long done = 0;
        while (Long.compareUnsigned(done, size) < 0) {
            long bytes = removeSmallest(at) ? AmdV2Format.SMALL_PAGE : removeWalking(at);
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
        if (AmdV2Format.isLarge(entry)) {
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
        tables.clear(found.height(), found.at());
        return found.bytes();
    }

    @Override
    public long translate(long iova) {
        int at = tables.cachedEntry(iova);
        if (at >= 0) {
            long entry = tables.load(at);
            if (AmdV2Format.isPresent(entry) && !AmdV2Format.isLarge(entry)) {
                return entry & AmdV2Format.ADDRESS | iova & AmdV2Format.SMALL_PAGE - 1;
            }
        }
        return translateWalking(iova);
    }

    private long translateWalking(long iova) {
        Found found = fetch(iova);
        if (found == null || !AmdV2Format.isPresent(tables.load(found.at()))) {
            return NOT_MAPPED;
        }
        return tables.load(found.at()) & AmdV2Format.ADDRESS & -found.bytes() | iova & found.bytes() - 1;
    }

    // ---- the whole

    @Override
    public long free() {
        var unlinked = new ArrayList<AmdTables.Unlinked>();
        unlink(rootHeight(), base(), unlinked);
        return tables.release(unlinked);
    }

    /** Every table that can be reached, level by level. */
    List<AmdTables.Table> reachable() {
        return tables.reachable(format, base());
    }

    /** Bytes of input addresses that are mapped, counted in memory. */
    public long mappedBytes() {
        return tables.mappedBytes(format, base());
    }

    public int tableCount() {
        return reachable().size();
    }
}
