package org.iommulab.backend.sprd;

import java.util.List;
import java.util.Map;
import org.iommulab.backend.GoldenWrites;
import org.iommulab.backend.sprd.SprdLayout.Flavour;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Machine;

/** A domain that v6.1 has attached, with the real unit; all its writes are in the log. */
final class SprdGoldenRun implements GoldenRun {
    private static final long MEMORY = 4L << 20;

    /**
     * Where the recorded cases have their protect page. It is written here because no field of a case's config gives it;
     * that the unit and the driver agree on it is what the cases check.
     */
    private static final long DEFAULT_PAGE = 0x900_0000;

    private final SprdPageTable table;
    private final SprdUnit unit;
    private final GoldenWrites writes;

    SprdGoldenRun(Flavour flavour, long tableMemory) {
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        table = new SprdPageTable(memory, frames, TableListener.NONE);
        unit = new SprdUnit(machine, "iommu", flavour, memory);
        writes = new GoldenWrites(unit, _ -> true);
        SprdSequences.attach(writes, flavour, table.base(), DEFAULT_PAGE);
    }

    @Override
    public void begin(int operation) {
        writes.begin(operation);
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long result = table.map(iova, pa, pageBytes, count, prot);
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        return table.unmapAsCallback(iova, pageBytes * count);
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
        return Map.of("first_ppn", unit.tableBase() / SprdPageTable.PAGE);
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
