package org.iommulab.backend.exynos;

import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.backend.exynos.SysMmuLayout.Variant;
import org.iommulab.hardware.Iotlb;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * Reads a unit's tables from memory, with the cache of first-level descriptors of revision 3.2 and later. Revision 3.3
 * and later keep a descriptor even when the walk then faults; the driver's shared zero table and its flush after a first
 * mapping exist because of that. (What 3.2 keeps is not documented; its driver never flushes, so a correct system needs
 * it to keep only what led somewhere.)
 */
final class SysMmuWalker {
    private static final Term LV1 = Term.hex("lv1 entry");
    private static final Term LV1_CACHED = Term.hex("lv1 entry, from the FLPD cache");
    private static final Term LV2 = Term.hex("lv2 entry");
    // Its real size is not known.
    private static final int CACHED_DESCRIPTORS = 16;
    private static final int NO_ENTRY = -1;

    /** Why a walk, or the check after it, fails. */
    enum Fault {
        /** A table entry is where no memory answers. That this is how the unit reports it is a reasonable model only. */
        BUS(3, 0),
        PAGE(0, 1),
        ACCESS(5, 3);

        private final int bitV3;
        private final int bitV5;

        Fault(int bitV3, int bitV5) {
            this.bitV3 = bitV3;
            this.bitV5 = bitV5;
        }

        /** Its bit in the interrupt status register. */
        int bit(Variant variant, boolean write) {
            return switch (variant) {
                // One register, one bit for page faults and bus errors of either direction.
                case V1_V3 -> this == ACCESS && write ? 7 : bitV3;
                case V5 -> write ? bitV5 + 16 : bitV5;
                case V7, V7_VM -> this == ACCESS ? 2 : bitV5;
            };
        }
    }

    /** How a walk ends. */
    sealed interface Result {}

    record Found(long page, long bytes, int prot) implements Result {}

    record Failed(Fault cause) implements Result {}

    private final SysMmu unit;
    private final Revision revision;
    private final PhysicalMemory memory;
    private final Level[] levels;
    private final Iotlb descriptors;

    SysMmuWalker(SysMmu unit, Revision revision, PhysicalMemory memory) {
        this.unit = unit;
        this.revision = revision;
        this.memory = memory;
        this.levels = Level.of(revision.variant().format());
        this.descriptors = new Iotlb(unit.machine(), 1, CACHED_DESCRIPTORS, 20);
    }

    Level level(int number) {
        return levels[number];
    }

    Result walk(long base, long input) {
        long firstAddress = entryAddress(0, base, input);
        int cached = unit.cachesFirstLevel() && revision.atLeast(3, 2) ? descriptors.find(input) : Iotlb.MISS;
        long first;
        if (cached != Iotlb.MISS) {
            first = descriptors.output(cached);
            emit(LV1_CACHED, firstAddress, first);
        } else if (memory.contains(firstAddress, 4)) {
            first = memory.read32(firstAddress) & 0xffff_ffffL;
            if (revision.atLeast(3, 3)) {
                keep(input, first);
            }
            emit(LV1, firstAddress, first);
        } else {
            return new Failed(Fault.BUS);
        }
        Result result = follow(first, input);
        if (result instanceof Found && cached == Iotlb.MISS) {
            keep(input, first);
        }
        return result;
    }

    private Result follow(long first, long input) {
        Kind kind = levels[0].kind(first);
        if (kind == Kind.LEAF) {
            return found(0, first);
        }
        if (kind != Kind.TABLE) {
            return new Failed(Fault.PAGE);
        }
        long address = entryAddress(1, levels[0].tableAddress(first), input);
        if (!memory.contains(address, 4)) {
            return new Failed(Fault.BUS);
        }
        long second = memory.read32(address) & 0xffff_ffffL;
        emit(LV2, address, second);
        return levels[1].kind(second) == Kind.EMPTY ? new Failed(Fault.PAGE) : found(1, second);
    }

    private Found found(int level, long entry) {
        Level l = levels[level];
        return new Found(l.output(entry), l.leafBytes(entry), l.prot(entry));
    }

    long entryAddress(int level, long table, long input) {
        return table + 4L * levels[level].index(input);
    }

    private void emit(Term term, long address, long value) {
        unit.machine().emit(EventKind.WALK_READ, Lane.DMA, term, unit, address, value);
    }

    // ---- first-level descriptor cache

    private void keep(long input, long descriptor) {
        if (unit.cachesFirstLevel() && revision.atLeast(3, 2) && descriptors.find(input) == Iotlb.MISS) {
            descriptors.fill(input, descriptor, levels[0].span(), 0);
        }
    }

    /** The cached descriptor for an address, or -1. */
    long cachedDescriptor(long input) {
        int slot = unit.cachesFirstLevel() && revision.atLeast(3, 2) ? descriptors.find(input) : Iotlb.MISS;
        return slot == Iotlb.MISS ? NO_ENTRY : descriptors.output(slot);
    }

    int flush(long input) {
        return descriptors.flush(input);
    }

    int flushAll() {
        return descriptors.flushAll();
    }

    int flushRange(long first, long last) {
        return descriptors.flushRange(first, last);
    }
}
