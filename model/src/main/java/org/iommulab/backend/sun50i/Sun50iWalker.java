package org.iommulab.backend.sun50i;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.TlbView;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * What stands between a master and the tables: a micro TLB for each master, a macro TLB for all, the page-walk cache with
 * directory entries, memory. They hold table words as they were read, invalid ones too, and after a miss the next page is
 * read ahead: the reason for the driver's invalidations at both edges of a new mapping. The sizes are a model.
 */
final class Sun50iWalker {
    private static final Term DTE = Term.hex("dt entry");
    private static final Term PTE = Term.hex("pt entry");
    private static final Term MICRO = Term.hex("micro TLB");
    private static final Term MACRO = Term.hex("macro TLB");
    private static final Term MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private static final int MICRO_SLOTS = 16;
    private static final int MACRO_SLOTS = 64;
    private static final int DIRECTORY_SLOTS = 16;
    private static final int PAGE_SHIFT = 12;
    private static final long PAGE = Sun50iFormat.PAGE;
    private static final long WORD = 0xffff_ffffL;

    /** What the levels' fault interrupts are about. */
    enum Miss {
        NONE,
        INVALID_L1,
        INVALID_L2
    }

    /**
     * The page entry that an access leads to.
     *
     * @param entry meaningless with an invalid first level
     */
    record Result(Miss miss, long entry) {}

    private final Sun50iUnit unit;
    private final PhysicalMemory memory;
    private final Level[] levels;
    private final List<Iotlb> micro;
    private final Iotlb macro;
    private final Iotlb directory;

    Sun50iWalker(Sun50iUnit unit, Sun50iFormat format, PhysicalMemory memory) {
        Machine machine = unit.machine();
        this.unit = unit;
        this.memory = memory;
        this.levels = Level.of(format);
        this.micro = new ArrayList<>();
        for (int master = 0; master < Sun50iLayout.MASTERS; master++) {
            micro.add(new Iotlb(machine, 1, MICRO_SLOTS, PAGE_SHIFT));
        }
        this.macro = new Iotlb(machine, 1, MACRO_SLOTS, PAGE_SHIFT);
        this.directory = new Iotlb(machine, 1, DIRECTORY_SLOTS, format.indexShift(0));
    }

    static int slots() {
        return MACRO_SLOTS + MICRO_SLOTS * Sun50iLayout.MASTERS;
    }

    // ---- looking up

    /** @param ahead whether the next page is read ahead after a miss */
    Result lookUp(int master, long base, long input, boolean ahead) {
        Iotlb own = micro.get(master);
        int slot = own.find(input);
        if (slot != Iotlb.MISS) {
            emit(EventKind.TLB_HIT, MICRO, input, own.output(slot));
            return result(own.output(slot));
        }
        slot = macro.find(input);
        if (slot != Iotlb.MISS) {
            emit(EventKind.TLB_HIT, MACRO, input, macro.output(slot));
            long word = macro.output(slot);
            own.fill(input, word, PAGE, 0);
            return result(word);
        }
        emit(EventKind.TLB_MISS, MISS, input, 4);
        Result walked = walk(base, input);
        if (walked.miss() != Miss.INVALID_L1) {
            own.fill(input, walked.entry(), PAGE, 0);
        }
        long next = input + PAGE & WORD;
        if (ahead && macro.find(next) == Iotlb.MISS) {
            walk(base, next);
        }
        return walked;
    }

    /** What the TLBs hold for a master and an address, or nothing. Writes no event. */
    List<Result> held(int master, long input) {
        Iotlb own = micro.get(master);
        int slot = own.find(input);
        if (slot != Iotlb.MISS) {
            return List.of(result(own.output(slot)));
        }
        slot = macro.find(input);
        return slot == Iotlb.MISS ? List.of() : List.of(result(macro.output(slot)));
    }

    Result result(long entry) {
        return new Result(levels[1].kind(entry) == Kind.LEAF ? Miss.NONE : Miss.INVALID_L2, entry);
    }

    private Result walk(long base, long input) {
        int slot = directory.find(input);
        long first;
        if (slot == Iotlb.MISS) {
            first = read(0, base, input);
            directory.fill(input, first, levels[0].span(), 0);
        } else {
            first = directory.output(slot);
        }
        if (levels[0].kind(first) != Kind.TABLE) {
            return new Result(Miss.INVALID_L1, 0);
        }
        long entry = read(1, levels[0].tableAddress(first), input);
        macro.fill(input, entry, PAGE, 0);
        emit(EventKind.TLB_FILL, MACRO, input & -PAGE, entry);
        return result(entry);
    }

    /** An entry; what comes back where no memory answers is not known, and taken as 0, an invalid entry. */
    private long read(int level, long table, long input) {
        long address = table + 4L * levels[level].index(input);
        long entry = memory.contains(address, 4) ? memory.read32(address) & WORD : 0;
        emit(EventKind.WALK_READ, level == 0 ? DTE : PTE, address, entry);
        return entry;
    }

    private void emit(EventKind kind, Term term, long a, long b) {
        unit.machine().emit(kind, Lane.DMA, term, unit, a, b);
    }

    // ---- forgetting

    /** By the bits of TLB_FLUSH; how many words that were. */
    int flush(int what) {
        int dropped = 0;
        for (int master = 0; master < Sun50iLayout.MASTERS; master++) {
            dropped += (what >>> master & 1) != 0 ? micro.get(master).flushAll() : 0;
        }
        dropped += (what & Sun50iLayout.FLUSH_MACRO_TLB) != 0 ? macro.flushAll() : 0;
        return dropped + ((what & Sun50iLayout.FLUSH_WALK_CACHE) != 0 ? directory.flushAll() : 0);
    }

    /** Drops the pages that agree with an address in the bits of the mask from all TLBs. */
    int invalidate(long address, long mask) {
        int dropped = invalidate(macro, address, mask);
        for (Iotlb own : micro) {
            dropped += invalidate(own, address, mask);
        }
        return dropped;
    }

    private static int invalidate(Iotlb tlb, long address, long mask) {
        int dropped = 0;
        for (int slot : tlb.used()) {
            if (((tlb.input(slot) ^ address) & mask & -PAGE) == 0) {
                tlb.drop(slot);
                dropped++;
            }
        }
        return dropped;
    }

    /** Drops the directory entry for an address. */
    int invalidateDirectory(long address) {
        return directory.flush(address);
    }

    // ---- looking at

    /** The valid entries that are held: the macro TLB's, then each master's. */
    List<TlbView> views() {
        var views = new ArrayList<TlbView>();
        views(macro, 0, 0, views);
        for (int master = 0; master < Sun50iLayout.MASTERS; master++) {
            views(micro.get(master), MACRO_SLOTS + master * MICRO_SLOTS, master, views);
        }
        return views;
    }

    private void views(Iotlb tlb, int firstSlot, int master, List<TlbView> into) {
        for (int slot : tlb.used()) {
            long entry = tlb.output(slot);
            if (levels[1].kind(entry) == Kind.LEAF) {
                String allowed = Prot.letters(unit.allowed(master, entry));
                into.add(new TlbView(firstSlot + slot, tlb.input(slot), levels[1].output(entry), PAGE, allowed));
            }
        }
    }
}
