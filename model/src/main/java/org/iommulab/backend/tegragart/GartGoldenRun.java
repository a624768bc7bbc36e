package org.iommulab.backend.tegragart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Machine;

/** The driver's calls of v6.1 on the real unit, whose entries are the table. */
final class GartGoldenRun implements GoldenRun {
    /** The cases say where the table is: the entries are in no memory, so this is their name only. */
    private final long base;

    private final GartUnit unit;
    private final GartTable table;

    GartGoldenRun(GoldenConfig config) {
        var machine = Machine.unrecorded();
        base = config.tableMemory();
        unit = new GartUnit(machine, "gart", config.apertureFirst(), new InterruptLine(machine, "irq"));
        boolean debug = config.variant().equals("gart_debug=1");
        table = new GartTable(unit, config.apertureFirst(), config.apertureLast() + 1, debug, complaint -> {});
    }

    @Override
    public void begin(int operation) {}

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long mapped = 0;
        for (int i = 0; i < count; i++) {
            int ret = table.map(iova + mapped, pa + mapped, pageBytes);
            if (ret != 0) {
                return new Mapped(ret, mapped);
            }
            mapped += pageBytes;
        }
        return new Mapped(0, mapped);
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        long done = 0;
        while (done < pageBytes * count) {
            long bytes = table.unmap(iova + done, pageBytes);
            if (bytes == 0) {
                break;
            }
            done += bytes;
        }
        return done;
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
        return List.of(base);
    }

    @Override
    public Map<String, Long> registers() {
        return Map.of();
    }

    @Override
    public List<Table> tables() {
        var entries = new ArrayList<Long>();
        for (int i = 0; i < GartLayout.ENTRIES; i++) {
            entries.add(unit.entry(i));
        }
        return List.of(new Table(base, 1, 4, 0, 0, entries, Map.of(), 0));
    }

    @Override
    public List<Invalidation> invalidations() {
        return List.of();
    }

    @Override
    public boolean hasInvalidations() {
        return false;
    }
}
