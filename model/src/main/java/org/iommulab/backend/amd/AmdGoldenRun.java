package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recomputable;

/** A domain with one of the two page tables; what it asks to be flushed is written down. */
@Recomputable
final class AmdGoldenRun implements GoldenRun, AmdV1Flushes, AmdV2Flushes {
    private static final long MEMORY = 64L << 20;

    private final Translation table;
    private final Supplier<TableFormat> format;
    private final Supplier<List<AmdTables.Table>> reachable;
    private final boolean guest;
    private final List<Invalidation> log = new ArrayList<>();
    private int operation = -1;
    private int warnings;

    /** A v1 table. */
    AmdGoldenRun(long tableMemory, int mode) {
        var machine = Machine.unrecorded();
        var v1 = new AmdV1PageTable(
                machine, memory(machine, tableMemory), frames(machine, tableMemory), mode, TableListener.NONE, this);
        table = v1;
        format = v1::format;
        reachable = v1::reachable;
        guest = false;
    }

    /** A v2 table. */
    AmdGoldenRun(long tableMemory) {
        var machine = Machine.unrecorded();
        var v2 = new AmdV2PageTable(
                memory(machine, tableMemory), frames(machine, tableMemory), TableListener.NONE, this);
        table = v2;
        format = v2::format;
        reachable = v2::reachable;
        guest = true;
    }

    private static PhysicalMemory memory(Machine machine, long base) {
        return new PhysicalMemory(machine, base, MEMORY);
    }

    private static FrameAllocator frames(Machine machine, long base) {
        return new FrameAllocator(machine, base, base + MEMORY);
    }

    // ---- what the table asks for

    @Override
    public void updateAndFlushDeviceTable() {
        log("update_and_flush_device_table");
    }

    @Override
    public void flushTlbPde() {
        log("domain_flush_tlb_pde");
    }

    @Override
    public void flushComplete() {
        log("domain_flush_complete");
    }

    @Override
    public void flushTlb(int pasid) {
        log("flush_tlb", (long) pasid);
    }

    @Override
    public void flushPage(int pasid, long address) {
        log("flush_page", (long) pasid, address);
    }

    private void log(String callback, Long... arguments) {
        log.add(new Invalidation(operation, callback, List.of(arguments)));
    }

    // ---- the run

    @Override
    public void begin(int number) {
        operation = number;
        warnings = 0;
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        warnIf(guest && !AmdV2PageTable.takes(pageBytes));
        long result = table.map(iova, pa, pageBytes, count, prot);
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        warnIf(guest && (!AmdV2PageTable.takes(pageBytes) || count == 0));
        return table.unmap(iova, pageBytes, count);
    }

    private void warnIf(boolean misused) {
        warnings += misused ? 1 : 0;
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
        var registers = new LinkedHashMap<String, Long>();
        if (guest) {
            registers.put("gcr3", table.base());
        } else {
            registers.put("mode", (long) format.get().levels());
            registers.put("pt_root", table.base());
        }
        return registers;
    }

    @Override
    public List<Table> tables() {
        TableFormat now = format.get();
        long linkMask = AmdV1Format.ADDRESS;
        return reachable.get().stream()
                .map(t -> {
                    var entries = new ArrayList<Long>();
                    var links = new LinkedHashMap<Integer, Long>();
                    for (long entry : t.entries()) {
                        if (now.kind(t.level(), entry) == Kind.TABLE) {
                            links.put(entries.size(), now.tableAddress(t.level(), entry));
                        }
                        entries.add(entry);
                    }
                    int height = now.levels() - 1 - t.level();
                    int root = t.level() == 0 ? 0 : -1;
                    return new Table(t.base(), height, now.entryBytes(), root, 0, entries, links, linkMask);
                })
                .toList();
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
