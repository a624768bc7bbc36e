package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.Map;
import org.iommulab.backend.GoldenWrites;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Machine;

/** The domain that v6.1 has, with the real unit, whose range registers are written down. */
final class MtkV1GoldenRun implements GoldenRun {
    private static final long MEMORY = 16L << 20;

    private final MtkV1PageTable table;
    private final MtkV1Unit unit;
    private final GoldenWrites writes;

    MtkV1GoldenRun(long tableMemory) {
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        table = new MtkV1PageTable(memory, frames, MtkV1PageTable.Occupied.TAKE_BACK, TableListener.NONE);
        unit = new MtkV1Unit(machine, "m4u", memory, new InterruptLine(machine, "irq"));
        writes = new GoldenWrites(unit, offset -> offset == MtkV1Layout.INVLD_START || offset == MtkV1Layout.INVLD_END);
        unit.powerOn();
        writes.write32(MtkV1Layout.PT_BASE_ADDR, (int) table.base());
    }

    @Override
    public void begin(int number) {
        writes.begin(number);
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long result = table.map(iova, pa, pageBytes, count, prot);
        MtkV1Flush.range(writes, iova, pageBytes * count);
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        long bytes = table.unmap(iova, pageBytes, count);
        MtkV1Flush.range(writes, iova, pageBytes * count);
        return bytes;
    }

    @Override
    public long iovaToPhys(long iova) {
        return table.iovaToPhys(iova);
    }

    @Override
    public int warnings() {
        return 0;
    }

    @Override
    public List<Long> bases() {
        return List.of(table.base());
    }

    @Override
    public Map<String, Long> registers() {
        return Map.of("pt_base", unit.tableBase());
    }

    @Override
    public List<Table> tables() {
        return List.of(new Table(table.base(), 1, 4, 0, 0, table.linear().entries(), Map.of(), 0));
    }

    @Override
    public List<Invalidation> invalidations() {
        return writes.lines();
    }

    @Override
    public boolean hasInvalidations() {
        return true;
    }
}
