package org.iommulab.app.bench;

import java.util.List;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/** A unit of no vendor, to measure with: a TLB of 64 sets and tables of some levels of 512 entries each. */
final class WalkUnit extends IommuUnit {
    private static final Term HIT = Term.hex("bench TLB hit");
    private static final Term MISS = Term.hex("bench TLB miss");
    private static final Term READ = Term.hex("bench table entry");
    private static final Term FILL = Term.hex("bench TLB fill");
    private static final Term PASSED = Term.hex("bench translated");
    private static final int SETS = 64;
    private static final int PAGE_SHIFT = 12;
    private static final int INDEX_BITS = 9;
    private static final long OUTPUT_MASK = 0xffff_ffff_f000L;

    private final PhysicalMemory memory;
    private final Iotlb tlb;
    private final int levels;
    private final long tableBase;

    WalkUnit(Machine machine, PhysicalMemory memory, int levels, long tableBase) {
        super(machine, "bench unit");
        this.memory = memory;
        this.tlb = new Iotlb(machine, SETS, 1, PAGE_SHIFT);
        this.levels = levels;
        this.tableBase = tableBase;
    }

    /** Tables from {@code tableBase} on, one a level, that map the first 2 MiB to {@code output}. */
    static void fillTables(PhysicalMemory memory, int levels, long tableBase, long output) {
        for (int level = 0; level < levels - 1; level++) {
            memory.write64(tableBase + ((long) level << PAGE_SHIFT), tableBase + (level + 1L << PAGE_SHIFT) | 1);
        }
        long leaves = tableBase + (levels - 1L << PAGE_SHIFT);
        for (int index = 0; index < 1 << INDEX_BITS; index++) {
            memory.write64(leaves + 8L * index, output + ((long) index << PAGE_SHIFT) | 1);
        }
    }

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        int slot = tlb.find(input);
        if (slot != Iotlb.MISS) {
            emit(HIT, EventKind.TLB_HIT, input, tlb.output(slot));
        } else {
            emit(MISS, EventKind.TLB_MISS, input, 1L << PAGE_SHIFT);
            long page = walk(input);
            slot = tlb.fill(input, page, 1L << PAGE_SHIFT, 0);
            emit(FILL, EventKind.TLB_FILL, input, page);
        }
        long output = tlb.translate(slot, input);
        emit(PASSED, EventKind.TRANSLATED, input, output);
        return new Access.Pass(output);
    }

    private long walk(long input) {
        long table = tableBase;
        for (int level = levels - 1; level >= 0; level--) {
            long index = input >>> PAGE_SHIFT + INDEX_BITS * level & (1 << INDEX_BITS) - 1;
            long address = table + 8 * index;
            long entry = memory.read64(address);
            emit(READ, EventKind.WALK_READ, address, entry);
            table = entry & OUTPUT_MASK;
        }
        return table;
    }

    private void emit(Term term, EventKind kind, long a, long b) {
        machine().emit(kind, Lane.HARDWARE, term, this, a, b);
    }

    @Override
    public String model() {
        return "bench";
    }

    @Override
    public boolean powered() {
        return true;
    }

    @Override
    public boolean translating() {
        return true;
    }

    @Override
    public boolean blocked() {
        return false;
    }

    @Override
    public long tableBase() {
        return tableBase;
    }

    @Override
    public List<RegisterView> registers() {
        return List.of();
    }

    @Override
    public List<TlbView> tlb() {
        return List.of();
    }

    @Override
    public int tlbSlots() {
        return SETS;
    }

    @Override
    public String fault() {
        return "";
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        throw new UnsupportedOperationException("measured, never looked at");
    }
}
