package org.iommulab.pagetable.armv7s;

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
final class ArmV7sGoldenRun implements GoldenRun {
    private static final long MEMORY = 64L << 20;

    private final ArmV7sPageTable table;
    private final GoldenLog log;

    ArmV7sGoldenRun(ArmV7sConfig config, long tableMemory, boolean queued) {
        log = new GoldenLog(queued);
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        table = new ArmV7sPageTable(memory, frames, config, log, TableListener.NONE, warning -> log.warn());
    }

    @Override
    public void begin(int operation) {
        log.begin(operation);
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        checkSize(iova, pageBytes);
        long result = table.map(iova, pa, pageBytes, count, prot);
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        checkSize(iova, pageBytes);
        return table.unmap(iova, pageBytes, count, log);
    }

    // The kernel's code does not look: it would write beyond its tables.
    private void checkSize(long iova, long pageBytes) {
        boolean known = table.format().pageSizes().stream().anyMatch(s -> s.bytes() == pageBytes);
        if (!known || (iova & pageBytes - 1) != 0) {
            throw new IllegalArgumentException("no page of 0x" + Long.toHexString(pageBytes) + " bytes is at 0x"
                    + Long.toHexString(iova) + " in this format");
        }
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
        return GoldenTables.of(table.radix(), 1, 0);
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
