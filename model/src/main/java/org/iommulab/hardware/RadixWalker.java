package org.iommulab.hardware;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * Reads a radix table from simulated memory, entry by entry, as a unit's walker does: with the format's decoder, never
 * with a driver's bookkeeping. What it makes of the end of a walk (fault, stall, block) is the unit's business.
 */
public final class RadixWalker {
    private static final int AROUND = 4;

    private final PhysicalMemory memory;
    private final TableFormat format;
    private final Level[] levels;
    private final Term[] terms;

    /** How a walk ends. */
    public sealed interface Result {}

    /**
     * At a leaf.
     *
     * @param page first output address
     * @param prot {@link Prot} bits: what the leaf allows, and the entries above it too
     */
    public record Found(int level, long entry, long page, long bytes, int prot) implements Result {}

    /** At an entry that maps nothing. */
    public record NotMapped(int level, long entry) implements Result {}

    /** At an entry where no memory answers. */
    public record NoMemory(int level, long address) implements Result {}

    /** @param levelNames the manual's name of each level, the root's first: {@code lv1} makes events {@code lv1 entry} */
    public RadixWalker(PhysicalMemory memory, TableFormat format, List<String> levelNames) {
        this.memory = memory;
        this.format = format;
        this.levels = Level.of(format);
        this.terms = levelNames.stream().map(n -> Term.hex(n + " entry")).toArray(Term[]::new);
    }

    public TableFormat format() {
        return format;
    }

    /** Hears each entry that a walk reads. */
    private interface Step {
        void read(int level, long table, int index, long entry);
    }

    /** Walks from the root table at {@code base}; each read is an event of the unit. */
    public Result walk(IommuUnit unit, long base, long input) {
        return follow(base, input, (level, table, index, entry) -> {
            long address = table + (long) index * format.entryBytes();
            unit.machine().emit(EventKind.WALK_READ, Lane.DMA, terms[level], unit, address, entry);
        });
    }

    /** The same walk without events. */
    public Result look(long base, long input) {
        return follow(base, input, (level, table, index, entry) -> {});
    }

    /**
     * The same walk as a picture, without events.
     *
     * @param into gets one level for each entry that is read
     */
    public Result picture(long base, long input, EntryWords words, List<WalkTrace.Level> into) {
        return follow(base, input, (level, table, index, entry) -> into.add(level(level, table, index, entry, words)));
    }

    private Result follow(long base, long input, Step step) {
        long table = base;
        int allowed = Prot.COMBINATIONS - 1;
        for (int level = 0; level < levels.length; level++) {
            int index = levels[level].index(input);
            long address = table + (long) index * format.entryBytes();
            if (!memory.contains(address, format.entryBytes())) {
                return new NoMemory(level, address);
            }
            long entry = read(address);
            step.read(level, table, index, entry);
            Kind kind = levels[level].kind(entry);
            if (kind == Kind.LEAF || kind == Kind.REPLICATED) {
                return found(level, entry, allowed);
            }
            if (kind == Kind.EMPTY || level + 1 == levels.length) {
                return new NotMapped(level, entry);
            }
            allowed &= format.tableProt(level, entry);
            table = levels[level].tableAddress(entry);
        }
        throw new IllegalStateException("a format without levels");
    }

    private Found found(int level, long entry, int allowed) {
        return new Found(
                level,
                entry,
                levels[level].output(entry),
                levels[level].leafBytes(entry),
                levels[level].prot(entry) & allowed);
    }

    private long read(long address) {
        if (format.entryBytes() == 8) {
            long entry = memory.read64(address);
            return format.bigEndian() ? Long.reverseBytes(entry) : entry;
        }
        int entry = memory.read32(address);
        return (format.bigEndian() ? Integer.reverseBytes(entry) : entry) & 0xffff_ffffL;
    }

    private WalkTrace.Level level(int level, long table, int index, long entry, EntryWords words) {
        int count = levels[level].entries();
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(count - 1, index + AROUND); i++) {
            long address = table + (long) i * format.entryBytes();
            if (memory.contains(address, format.entryBytes())) {
                around.add(new WalkTrace.Entry(i, read(address), words.kind(level, read(address))));
            }
        }
        return new WalkTrace.Level(
                "level " + (level + 1),
                table,
                format.entryBytes(),
                count,
                index,
                entry,
                words.fields(level, entry),
                words.sentence(level, entry),
                around);
    }
}
