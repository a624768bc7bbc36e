package org.iommulab.backend.tegrasmmu;

import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** Reads tables through the page-table cache. What an access needs must be allowed on the whole way. */
final class TegraSmmuWalker {
    private static final Term[] READ = {Term.hex("pd entry"), Term.hex("pt entry")};
    private static final Term[] CACHED = {Term.hex("pd entry, from the PTC"), Term.hex("pt entry, from the PTC")};
    private static final long WORD = 0xffff_ffffL;

    private final TegraSmmuUnit unit;
    private final PhysicalMemory memory;
    private final TegraSmmuFormat format;
    private final Level[] levels;
    private final PageTableCache cache;

    /** How a walk ends. */
    sealed interface Result {}

    /** @param prot what is allowed on the whole way, in Prot bits */
    record Found(long page, int prot, long entry) implements Result {}

    /** @param entry the word that leads nowhere; 0 where no memory answers */
    record Failed(long entry) implements Result {}

    TegraSmmuWalker(TegraSmmuUnit unit, TegraSmmuChip chip, PhysicalMemory memory) {
        this.unit = unit;
        this.memory = memory;
        this.format = chip.format();
        this.levels = Level.of(format);
        this.cache = new PageTableCache(unit.machine(), chip.caches().atom());
    }

    PageTableCache cache() {
        return cache;
    }

    /**
     * Walks.
     *
     * @param pointer PTB_DATA of the address space
     */
    Result walk(long pointer, long input) {
        return walk(pointer, input, true);
    }

    /** The same without events and without filling the cache; it still goes by what the cache holds. */
    Result look(long pointer, long input) {
        return walk(pointer, input, false);
    }

    private Result walk(long pointer, long input, boolean real) {
        long table = format.tableAddress(0, pointer);
        int prot = format.prot(0, pointer);
        for (int level = 0; level < levels.length; level++) {
            long address = table + 4L * levels[level].index(input);
            if (!isCached(address) && !memory.contains(address, 4)) {
                return new Failed(0);
            }
            long entry = real ? read(level, address) : isCached(address) ? cache.word(address) : load(address);
            prot &= format.prot(level, entry);
            Kind kind = levels[level].kind(entry);
            if (kind == Kind.EMPTY) {
                return new Failed(entry);
            }
            if (kind == Kind.LEAF) {
                return new Found(levels[level].output(entry), prot, entry);
            }
            table = levels[level].tableAddress(entry);
        }
        return new Failed(0);
    }

    private long read(int level, long address) {
        boolean cached = isCached(address);
        if (!cached && unit.cachesTables()) {
            cache.fill(address, memory);
        }
        long entry = cached ? cache.word(address) : load(address);
        Term term = cached ? CACHED[level] : READ[level];
        unit.machine().emit(EventKind.WALK_READ, Lane.DMA, term, unit, address, entry);
        return entry;
    }

    private boolean isCached(long address) {
        return unit.cachesTables() && cache.has(address);
    }

    private long load(long address) {
        return memory.read32(address) & WORD;
    }
}
