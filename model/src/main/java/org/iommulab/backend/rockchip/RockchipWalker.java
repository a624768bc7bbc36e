package org.iommulab.backend.rockchip;

import java.util.List;
import org.iommulab.hardware.TlbView;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** A bank's walker and its IOTLB, which holds lines of directory entries and of page entries. */
final class RockchipWalker {
    private static final Term DTE = Term.hex("dte entry");
    private static final Term PTE = Term.hex("pte entry");
    private static final Term FILL = Term.hex("IOTLB line");
    private static final Term HIT = Term.hex("IOTLB");

    private final RockchipUnit unit;
    private final PhysicalMemory memory;
    private final RockchipFormat format;
    private final Level[] levels;
    private final LineCache[] caches;

    /** How a walk ends. */
    sealed interface Result {}

    record Found(long page, int prot) implements Result {}

    record NotMapped() implements Result {}

    /** A table is where no memory answers. */
    record NoMemory() implements Result {}

    RockchipWalker(RockchipUnit unit, RockchipFormat format, PhysicalMemory memory) {
        this.unit = unit;
        this.format = format;
        this.memory = memory;
        this.levels = Level.of(format);
        this.caches = new LineCache[] {
            new LineCache(unit.machine(), format.indexShift(0)), new LineCache(unit.machine(), format.indexShift(1))
        };
    }

    /** Whether the page entry of an address is in the IOTLB. */
    boolean holds(long input) {
        return caches[1].has(input);
    }

    Result walk(long directory, long input) {
        if (holds(input)) {
            return held(input);
        }
        if (!caches[0].has(input) && !fill(0, directory, input)) {
            return new NoMemory();
        }
        long entry = caches[0].word(input);
        if (levels[0].kind(entry) == Kind.EMPTY) {
            return new NotMapped();
        }
        return fill(1, levels[0].tableAddress(entry), input) ? held(input) : new NoMemory();
    }

    /** What the page entry says that {@link #holds} is true for. */
    Result held(long input) {
        long entry = caches[1].word(input);
        return levels[1].kind(entry) == Kind.LEAF
                ? new Found(levels[1].output(entry), levels[1].prot(entry))
                : new NotMapped();
    }

    void hit(long input) {
        unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, HIT, unit, input, caches[1].word(input));
    }

    /** Reads the line of an entry; false where there is no memory. */
    private boolean fill(int level, long table, long input) {
        int index = levels[level].index(input);
        long line = table + 4L * (index & -LineCache.WORDS);
        if (!memory.contains(line, 4L * LineCache.WORDS)) {
            return false;
        }
        var words = new long[LineCache.WORDS];
        for (int i = 0; i < words.length; i++) {
            words[i] = memory.read32(line + 4L * i) & 0xffff_ffffL;
        }
        caches[level].fill(input, words);
        int wanted = index & LineCache.WORDS - 1;
        unit.machine()
                .emit(EventKind.WALK_READ, Lane.DMA, level == 0 ? DTE : PTE, unit, line + 4L * wanted, words[wanted]);
        if (level == 1) {
            unit.machine()
                    .emit(EventKind.TLB_FILL, Lane.DMA, FILL, unit, input & -((long) LineCache.WORDS << 12), line);
        }
        return true;
    }

    /** Drops the lines for an address; how many those were. */
    int zap(long input) {
        return caches[0].zap(input) + caches[1].zap(input);
    }

    int zapAll() {
        return caches[0].zapAll() + caches[1].zapAll();
    }

    /**
     * The valid page entries that are held.
     *
     * @param firstSlot the number of this IOTLB's first slot in the unit
     */
    List<TlbView> views(int firstSlot, long directory) {
        return caches[1].words().stream()
                .filter(w -> format.kind(1, w.value()) == Kind.LEAF)
                .map(w -> new TlbView(
                        firstSlot + w.slot(),
                        w.input(),
                        format.output(1, w.value()),
                        RockchipFormat.PAGE,
                        Prot.letters(format.prot(1, w.value())),
                        directory))
                .toList();
    }
}
