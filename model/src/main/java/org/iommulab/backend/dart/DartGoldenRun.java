package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
final class DartGoldenRun implements GoldenRun {
    private static final long MEMORY = 64L << 20;

    private final DartPageTable table;
    private final GoldenLog log;

    DartGoldenRun(DartFormat format, long tableMemory, boolean queued) {
        log = new GoldenLog(queued);
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        table = new DartPageTable(memory, frames, format, log, TableListener.NONE, warning -> log.warn());
    }

    @Override
    public void begin(int operation) {
        log.begin(operation);
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
        return table.bases();
    }

    @Override
    public Map<String, Long> registers() {
        var registers = new LinkedHashMap<String, Long>();
        List<Long> bases = table.bases();
        registers.put("n_ttbrs", (long) bases.size());
        for (int i = 0; i < bases.size(); i++) {
            registers.put("ttbr" + i, bases.get(i));
        }
        return registers;
    }

    @Override
    public List<Table> tables() {
        var tables = new ArrayList<Table>();
        for (int root = 0; root < table.radixes().size(); root++) {
            tables.addAll(GoldenTables.of(table.radixes().get(root), 1, root));
        }
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
}
