package org.iommulab.pagetable.lpae;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recomputable;

/** A page table whose callbacks write down what they are asked to invalidate. */
final class LpaeGoldenRun implements GoldenRun, LpaeTlb, LpaeGather {
    private static final long MEMORY = 256L << 20;

    private final LpaeFormat format;
    private final LpaePageTable table;
    private final boolean queued;
    private final List<Invalidation> log = new ArrayList<>();

    @Recomputable
    private int operation = -1;

    @Recomputable
    private int warnings;

    LpaeGoldenRun(LpaeFormat format, long tableMemory, boolean queued) {
        this.format = format;
        this.queued = queued;
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        table = new LpaePageTable(memory, frames, format, this, TableListener.NONE);
    }

    @Override
    public void begin(int number) {
        operation = number;
        warnings = 0;
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long result = table.map(iova, pa, pageBytes, count, prot);
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        return table.unmap(iova, pageBytes, count, this);
    }

    @Override
    public long iovaToPhys(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }

    @Override
    public int warnings() {
        return warnings;
    }

    @Override
    public List<Long> bases() {
        return List.of(table.base());
    }

    @Override
    public Map<String, Long> registers() {
        return table.registers().byName();
    }

    @Override
    public List<Table> tables() {
        var tables = new ArrayList<Table>();
        RadixTable radix = table.radix();
        long linkMask = format.table(0, -1L) ^ format.table(0, 0);
        radix.visitTables((level, base) -> {
            var entries = new ArrayList<Long>();
            var links = new LinkedHashMap<Integer, Long>();
            for (long entry : radix.entries(level, base)) {
                if (format.kind(level, entry) == Kind.TABLE) {
                    links.put(entries.size(), format.tableAddress(level, entry));
                }
                entries.add(entry);
            }
            int number = format.startLevel() + level;
            tables.add(new Table(base, number, 8, level == 0 ? 0 : -1, 0, entries, links, linkMask));
        });
        // Case files list them level by level.
        tables.sort(Comparator.comparingInt(Table::level));
        return tables;
    }

    @Override
    public List<Invalidation> invalidations() {
        return List.copyOf(log);
    }

    @Override
    public boolean hasInvalidations() {
        return true;
    }

    // ---- what the driver would do

    @Override
    public void flushAll() {
        log.add(new Invalidation(operation, "tlb_flush_all", List.of()));
    }

    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        log.add(new Invalidation(operation, "tlb_flush_walk", List.of(iova, bytes, granule)));
    }

    @Override
    public void warn(LpaeWarning warning) {
        warnings++;
    }

    @Override
    public boolean isQueued() {
        return queued;
    }

    @Override
    public void add(long iova, long pageBytes, int count) {
        for (int i = 0; i < count; i++) {
            log.add(new Invalidation(operation, "tlb_add_page", List.of(iova + i * pageBytes, pageBytes)));
        }
    }
}
