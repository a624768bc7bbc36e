package org.iommulab.backend.exynos;

import java.util.List;
import java.util.function.LongConsumer;
import org.iommulab.backend.TableEvents;
import org.iommulab.backend.exynos.Warnings.Warning;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.TableRules.OverTable;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/**
 * The page table of a domain as exynos_iommu_map, exynos_iommu_unmap and exynos_iommu_iova_to_phys keep it.
 *
 * <p>An empty first-level entry is a link to a shared table of zeros, because revision 3.3 may cache faulting
 * first-level descriptors. The driver's counters of free second-level entries (lv2entcnt) are not kept: they always
 * equal the number of zero entries, which memory tells.
 */
public final class ExynosPageTable {
    private static final int EADDRINUSE = 98;
    private static final long ADDRESS_MASK = 0xffff_ffffL;
    private static final int ZERO_TABLE_BYTES = 1024;
    private static final int LARGE_COPIES = 16;

    private final RadixTable table;
    private final SysMmuFormat format;
    private final long zeroLink;

    /**
     * Allocates the first-level table.
     *
     * @param zeroTable see {@link #allocateZeroTable}
     * @param owner the domain, for events
     */
    public ExynosPageTable(
            Machine machine,
            PhysicalMemory memory,
            FrameAllocator frames,
            SysMmuFormat format,
            long zeroTable,
            SimObject owner) {
        this(memory, frames, format, zeroTable, new TableEvents(owner, List.of("lv1", "lv2")));
    }

    /** With another listener than the one that writes events. */
    ExynosPageTable(
            PhysicalMemory memory, FrameAllocator frames, SysMmuFormat format, long zeroTable, TableListener listener) {
        this.format = format;
        this.zeroLink = format.table(0, zeroTable);
        var rules = TableRules.refusing(EADDRINUSE)
                .with(OverTable.REFUSE_UNLESS_EMPTY)
                .withRootDefault(zeroLink);
        this.table = new RadixTable(memory, frames, format, rules, listener);
    }

    /** The shared second-level table of zeros that exynos_iommu_init allocates once; its physical address. */
    public static long allocateZeroTable(
            Machine machine, PhysicalMemory memory, FrameAllocator frames, SimObject owner) {
        long address = frames.allocate(ZERO_TABLE_BYTES, ZERO_TABLE_BYTES);
        memory.clear(address, ZERO_TABLE_BYTES);
        machine.emit(
                EventKind.MEMORY,
                Lane.DRIVER,
                TableEvents.tableTerm("zero_lv2_table"),
                owner,
                address,
                ZERO_TABLE_BYTES);
        return address;
    }

    /**
     * Maps one page.
     *
     * @param size 4 KiB, 64 KiB or 1 MiB
     * @param prot READ and WRITE count, the rest is ignored
     * @param firstTableInstalled called with iova when a zero link was replaced by a table, before the page is written
     * @return 0 or a negative errno
     */
    public int map(long iova, long pa, long size, int prot, LongConsumer firstTableInstalled, Warnings warnings) {
        if (size == SysMmuFormat.SMALL_PAGE && table.mapSmallest(iova, pa, prot)) {
            return 0;
        }
        return mapWalking(iova, pa, size, prot, firstTableInstalled, warnings);
    }

    private int mapWalking(
            long iova, long pa, long size, int prot, LongConsumer firstTableInstalled, Warnings warnings) {
        if (size == SysMmuFormat.SECTION) {
            // The driver means to flush the first-level cache here too, but tests the entry after overwriting it.
            return outcome(table.map(iova, pa, size, 1, prot), Warning.LV1SET_SECTION, iova, warnings);
        }
        if (!table.hasLeafTable(iova)) {
            long entry = table.entry(0, iova);
            if (format.kind(0, entry) == SysMmuFormat.Kind.LEAF) {
                warnings.warn(Warning.ALLOC_LV2ENTRY, iova & ADDRESS_MASK);
                return -EADDRINUSE;
            }
            table.installTable(0, iova);
            if (entry == zeroLink) {
                firstTableInstalled.accept(iova & ADDRESS_MASK);
            }
        }
        if (size == SysMmuFormat.LARGE_PAGE) {
            int busy = firstBusy(iova);
            if (busy < LARGE_COPIES) {
                return giveUpLargePage(iova, pa, prot, busy, warnings);
            }
        }
        return outcome(table.map(iova, pa, size, 1, prot), Warning.LV2SET_PAGE, iova, warnings);
    }

    private static int outcome(long result, Warning warning, long iova, Warnings warnings) {
        int errno = Translation.errno(result);
        if (errno == EADDRINUSE) {
            warnings.warn(warning, iova & ADDRESS_MASK);
        }
        return -errno;
    }

    /** How many of the 16 entries of a large page are free before the first that is not. */
    private int firstBusy(long iova) {
        int i = 0;
        while (i < LARGE_COPIES && (table.entry(1, iova + i * SysMmuFormat.SMALL_PAGE) & 3) == 0) {
            i++;
        }
        return i;
    }

    /** lv2set_page writes entry by entry; when one is in use it warns and takes back those before it. */
    private int giveUpLargePage(long iova, long pa, int prot, int busy, Warnings warnings) {
        long entry = format.leaf(1, SysMmuFormat.LARGE_PAGE, pa, prot);
        for (int i = 0; i < busy; i++) {
            table.writeEntry(1, iova + i * SysMmuFormat.SMALL_PAGE, entry);
        }
        warnings.warn(Warning.LV2SET_PAGE, iova & ADDRESS_MASK);
        for (int i = 0; i < busy; i++) {
            table.writeEntry(1, iova + i * SysMmuFormat.SMALL_PAGE, 0);
        }
        return -EADDRINUSE;
    }

    /**
     * Unmaps one page.
     *
     * @return what the callback returns, and has flushed, in bytes: also where nothing was mapped; 0 after a warning
     */
    public long unmap(long iova, long size, Warnings warnings) {
        long removed = table.removeLeaf(iova, size);
        return removed > 0 ? removed : nothingRemoved(removed, iova, size, warnings);
    }

    private long nothingRemoved(long removed, long iova, long size, Warnings warnings) {
        if (removed < 0) {
            warnings.warn(Warning.UNMAP, iova & ADDRESS_MASK);
            return 0;
        }
        return table.hasLeafTable(iova) ? SysMmuFormat.SMALL_PAGE : Math.min(size, SysMmuFormat.SECTION);
    }

    /** The physical address, 0 when nothing is mapped. */
    public long iovaToPhys(long iova) {
        long address = table.translate(iova & ADDRESS_MASK);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }

    public long base() {
        return table.base();
    }

    /** Gives all tables back, but not the zero table; the bytes. */
    public long free() {
        return table.free();
    }

    /** How many 4 KiB pages are mapped, counted in memory. */
    public long mappedPages() {
        return table.mappedBytes() / SysMmuFormat.SMALL_PAGE;
    }

    /** Tables in use: the first-level one and its second-level ones; the zero table is not counted. */
    public int tableCount() {
        int[] count = {0};
        table.visitTables((level, address) -> count[0]++);
        return count[0];
    }

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
