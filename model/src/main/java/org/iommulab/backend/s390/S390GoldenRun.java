package org.iommulab.backend.s390;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recomputable;

/** A domain with one function in it, whose refreshes are written down. */
final class S390GoldenRun implements GoldenRun {
    private static final long MEMORY = 128L << 20;
    private static final S390Format FORMAT = S390Format.REGION_THIRD;

    private final S390PageTable table;
    private final List<Invalidation> log = new ArrayList<>();

    @Recomputable
    private int operation = -1;

    @Recomputable
    private int warnings;

    S390GoldenRun(long tableMemory, long apertureFirst, long apertureLast) {
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        table = new S390PageTable(
                memory, frames, apertureFirst, apertureLast, TableListener.NONE, function -> warnings++);
    }

    @Override
    public void begin(int number) {
        operation = number;
        warnings = 0;
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long result = table.map(iova, pa, pageBytes, count, prot);
        refresh(iova, Translation.mappedBytes(result));
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        long bytes = table.unmap(iova, pageBytes, count);
        refresh(iova, bytes);
        return bytes;
    }

    /** v6.1 refreshes at once what a call has changed. */
    private void refresh(long iova, long bytes) {
        if (bytes != 0) {
            log.add(new Invalidation(operation, "refresh_trans", List.of(iova, bytes)));
        }
    }

    @Override
    public long iovaToPhys(long iova) {
        return table.iovaToPhys(iova);
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
        return Map.of("iota", S390Layout.regionThird(table.base()));
    }

    @Override
    public List<Table> tables() {
        var tables = new ArrayList<Table>();
        table.visitTables((level, base) -> {
            var entries = new ArrayList<Long>();
            var links = new LinkedHashMap<Integer, Long>();
            for (long entry : table.entries(level, base)) {
                if (FORMAT.kind(level, entry) == Kind.TABLE) {
                    links.put(entries.size(), FORMAT.tableAddress(level, entry));
                }
                entries.add(entry);
            }
            long linkMask = level == S390Format.LAST ? 0 : FORMAT.tableAddress(level, -1);
            tables.add(new Table(
                    base,
                    level + 1,
                    FORMAT.entryBytes(),
                    level == 0 ? 0 : -1,
                    S390Format.invalid(level),
                    entries,
                    links,
                    linkMask));
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
}
