package org.iommulab.backend.exynos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.backend.exynos.SysMmuLayout.Variant;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recomputable;
import org.iommulab.sim.SimObject;

/** A domain with one active System MMU: the real page table, the real register sequences, the real unit. */
final class ExynosGoldenRun implements GoldenRun {
    private static final long MEMORY = 64L << 20;
    /** Room that the driver's counter array takes, so that tables come out at the driver's addresses. */
    private static final long COUNTERS = 4096 * 2;

    private final Machine machine = Machine.recording();
    private final Variant variant;
    private final SysMmuFormat format;
    private final ExynosPageTable table;
    private final SysMmu unit;
    private final long zeroTable;
    private final List<Integer> firstSteps = new ArrayList<>();

    @Recomputable
    private int warnings;

    ExynosGoldenRun(Revision revision, long tableMemory) {
        variant = revision.variant();
        format = variant.format();
        var memory = new PhysicalMemory(machine, tableMemory, MEMORY);
        var frames = new FrameAllocator(machine, tableMemory, tableMemory + MEMORY);
        var domain = new Domain(machine);
        zeroTable = ExynosPageTable.allocateZeroTable(machine, memory, frames, domain);
        table = new ExynosPageTable(machine, memory, frames, format, zeroTable, domain);
        frames.allocate(COUNTERS, COUNTERS);
        var irq = new InterruptLine(machine, "irq");
        unit = new SysMmu(machine, "sysmmu", revision.major(), revision.minor(), revision.vmBank(), memory, irq);
        unit.powerOn();
        SysMmuFlush.enable(unit, revision, table.base());
    }

    private static final class Domain extends SimObject {
        Domain(Machine machine) {
            super(machine);
        }

        @Override
        public String label() {
            return "domain";
        }
    }

    @Override
    public void begin(int operation) {
        firstSteps.add(machine.steps() + 1);
        warnings = 0;
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long mapped = 0;
        for (int i = 0; i < count; i++) {
            int ret = table.map(
                    iova + mapped,
                    pa + mapped,
                    pageBytes,
                    prot,
                    at -> SysMmuFlush.flushFirstLevel(unit, unit.revision(), at),
                    (warning, at) -> warnings++);
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
            long size = table.unmap(iova + done, pageBytes, (warning, at) -> warnings++);
            if (size == 0) {
                break;
            }
            SysMmuFlush.flushRange(unit, unit.revision(), iova + done, size);
            done += size;
        }
        return done;
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
        var registers = new LinkedHashMap<String, Long>();
        registers.put("zero_lv2_table", zeroTable);
        registers.put("pt_base", unit.tableBase() >>> variant.ptBaseShift());
        return registers;
    }

    @Override
    public List<Table> tables() {
        var tables = new ArrayList<Table>();
        long linkMask = format.table(0, -1L) ^ format.table(0, 0);
        table.radix().visitTables((level, base) -> {
            var entries = new ArrayList<Long>();
            var links = new LinkedHashMap<Integer, Long>();
            long empty = table.radix().defaultEntry(level);
            for (long entry : table.radix().entries(level, base)) {
                if (level == 0 && entry != empty && format.kind(0, entry) == Kind.TABLE) {
                    links.put(entries.size(), format.tableAddress(0, entry));
                }
                entries.add(entry);
            }
            tables.add(new Table(
                    base, level + 1, format.entryBytes(), level == 0 ? 0 : -1, empty, entries, links, linkMask));
        });
        return tables;
    }

    /** What the driver wrote to the unit, but for the writes that block, unblock and configure it. */
    @Override
    public List<Invalidation> invalidations() {
        var log = new ArrayList<Invalidation>();
        var recording = machine.finish();
        int operation = -1;
        for (int step = 1; step <= machine.steps(); step++) {
            while (operation + 1 < firstSteps.size() && firstSteps.get(operation + 1) <= step) {
                operation++;
            }
            if (recording.event(step) instanceof Event.RegisterWrite write && isLogged((int) write.offset())) {
                log.add(new Invalidation(operation, "writel", List.of(write.offset(), write.value())));
            }
        }
        return log;
    }

    private boolean isLogged(int offset) {
        return offset == variant.ptBase() || offset == variant.flushAll() || offset == variant.flushEntry();
    }

    @Override
    public boolean hasInvalidations() {
        return true;
    }
}
