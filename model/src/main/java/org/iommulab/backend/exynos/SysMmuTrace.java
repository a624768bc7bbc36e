package org.iommulab.backend.exynos;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.Recomputable;

/** Makes the picture of a walk. Reads only. */
@Recomputable
final class SysMmuTrace {
    private static final int AROUND = 4;

    private final SysMmu unit;
    private final Iotlb tlb;
    private final SysMmuWalker walker;
    private final PhysicalMemory memory;
    private final SysMmuFormat format;
    private final SysMmuEntries words;
    private final List<WalkTrace.Level> levels = new ArrayList<>();
    private long pageBytes = SysMmuFormat.SMALL_PAGE;

    SysMmuTrace(SysMmu unit, Iotlb tlb, SysMmuWalker walker, PhysicalMemory memory) {
        this.unit = unit;
        this.tlb = tlb;
        this.walker = walker;
        this.memory = memory;
        this.format = unit.revision().variant().format();
        this.words = new SysMmuEntries(format);
    }

    /** The levels show memory; the verdict is what the unit would do, which with a stale TLB is something else. */
    WalkTrace of(long input, boolean write) {
        if (!unit.translating()) {
            return new WalkTrace(
                    unit.id(), input, write, fields(input), "off", levels, new Verdict.Untranslated(input));
        }
        Verdict verdict = walk(input, write);
        int slot = tlb.find(input);
        if (slot != Iotlb.MISS) {
            int prot = (int) tlb.attributes(slot);
            verdict = reached(tlb.translate(slot, input), tlb.bytes(slot), prot, write);
        }
        String inTlb = slot == Iotlb.MISS ? "miss" : "hit";
        return new WalkTrace(unit.id(), input, write, fields(input), inTlb, levels, verdict);
    }

    private List<BitField> fields(long input) {
        return words.address(input, pageBytes == SysMmuFormat.SECTION ? 0 : 1, pageBytes);
    }

    private Verdict walk(long input, boolean write) {
        long table = unit.tableBase();
        for (int level = 0; level < format.levels(); level++) {
            long address = walker.entryAddress(level, table, input);
            long cached = level == 0 ? walker.cachedDescriptor(input) : -1;
            if (cached < 0 && !memory.contains(address, 4)) {
                return refused(SysMmuWalker.Fault.BUS, write);
            }
            long entry = cached < 0 ? read(address) : cached;
            levels.add(level(level, table, walker.level(level).index(input), entry, cached >= 0));
            Kind kind = format.kind(level, entry);
            if (kind == Kind.EMPTY) {
                return refused(SysMmuWalker.Fault.PAGE, write);
            }
            if (kind != Kind.TABLE) {
                pageBytes = format.leafBytes(level, entry);
                long output = format.output(level, entry) | input & pageBytes - 1;
                return reached(output, pageBytes, format.prot(level, entry), write);
            }
            table = format.tableAddress(level, entry);
        }
        return refused(SysMmuWalker.Fault.PAGE, write);
    }

    private Verdict reached(long output, long bytes, int prot, boolean write) {
        return unit.refuses(prot, write)
                ? refused(SysMmuWalker.Fault.ACCESS, write)
                : new Verdict.Reached(output, bytes, Prot.letters(prot));
    }

    private Verdict refused(SysMmuWalker.Fault fault, boolean write) {
        var variant = unit.revision().variant();
        return new Verdict.Refused(
                variant.cause(fault.bit(variant, write)).orElseThrow().name());
    }

    private WalkTrace.Level level(int level, long table, int index, long entry, boolean fromCache) {
        int count = walker.level(level).entries();
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(count - 1, index + AROUND); i++) {
            long address = table + 4L * i;
            if (memory.contains(address, 4)) {
                around.add(new WalkTrace.Entry(i, read(address), kind(level, table, i, read(address))));
            }
        }
        boolean zeroTable = kind(level, table, index, entry).equals("zero table");
        String sentence = zeroTable
                ? "Points at the shared table of zeros: nothing is mapped in this 1M."
                : words.sentence(level, entry);
        return new WalkTrace.Level(
                "level " + (level + 1),
                table,
                format.entryBytes(),
                count,
                index,
                entry,
                words.fields(level, entry),
                fromCache ? "From the first-level descriptor cache, not from memory. " + sentence : sentence,
                around);
    }

    private long read(long address) {
        return memory.read32(address) & 0xffff_ffffL;
    }

    private String kind(int level, long table, int index, long entry) {
        boolean shared = level == 0
                && format.kind(level, entry) == Kind.TABLE
                && isAllZero(format.tableAddress(level, entry))
                && isRepeated(table, index, entry);
        return shared ? "zero table" : words.kind(level, entry);
    }

    private boolean isAllZero(long table) {
        for (int i = 0; i < walker.level(1).entries(); i++) {
            long address = table + 4L * i;
            if (!memory.contains(address, 4) || memory.read32(address) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The hardware has no notion of a zero table; a table of zeros that other entries point at too is one. */
    private boolean isRepeated(long table, int index, long entry) {
        for (int i = 0; i < walker.level(0).entries(); i++) {
            long address = table + 4L * i;
            if (i != index && memory.contains(address, 4) && read(address) == entry) {
                return true;
            }
        }
        return false;
    }
}
