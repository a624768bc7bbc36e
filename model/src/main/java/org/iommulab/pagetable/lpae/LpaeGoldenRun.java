package org.iommulab.pagetable.lpae;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenLog;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.GoldenTables;
import org.iommulab.sim.Machine;

/** A page table whose callbacks write down what they are asked to invalidate. */
final class LpaeGoldenRun implements GoldenRun {
    private static final long MEMORY = 256L << 20;

    private final LpaeFormat format;
    private final LpaePageTable table;
    private final GoldenLog log;

    LpaeGoldenRun(LpaeFormat format, long tableMemory, boolean queued) {
        this.format = format;
        this.log = new GoldenLog(queued);
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        table = new LpaePageTable(memory, frames, format, new Tlb(log), TableListener.NONE);
    }

    @Override
    public void begin(int number) {
        log.begin(number);
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long result = table.map(iova, pa, pageBytes, count, prot);
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        return table.unmap(iova, pageBytes, count, log);
    }

    @Override
    public long iovaToPhys(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }

    @Override
    public int warnings() {
        return log.warnings();
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
        var tables = new ArrayList<>(GoldenTables.of(table.radix(), format.startLevel(), 0));
        // Case files list them level by level.
        tables.sort(Comparator.comparingInt(Table::level));
        return tables;
    }

    @Override
    public List<Invalidation> invalidations() {
        return log.lines();
    }

    @Override
    public boolean hasInvalidations() {
        return true;
    }

    /** What the driver would do. */
    private record Tlb(GoldenLog log) implements LpaeTlb {
        @Override
        public void flushAll() {
            log.flushAll();
        }

        @Override
        public void flushWalk(long iova, long bytes, long granule) {
            log.flushWalk(iova, bytes, granule);
        }

        @Override
        public void warn(LpaeWarning warning) {
            log.warn();
        }
    }
}
