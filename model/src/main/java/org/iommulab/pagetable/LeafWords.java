package org.iommulab.pagetable;

import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Recomputable;

/**
 * The short paths of {@link RadixTable} for tables of 32-bit words that 32-bit addresses are looked up in. What they
 * need is here, next to the places of the leaf tables, as few numbers and all in 32 bits: a loop of lookups then fits
 * into the registers, and a call follows no pointer more than it must.
 */
@Recomputable
final class LeafWords extends LeafTablePlaces {
    private static final long WORD = 0xffff_ffffL;

    private final TableListener listener;
    private final boolean heard;
    private final int level;
    private final int offsetShift;
    private final int offsetMask;
    private final int leafMask;
    private final int leafValue;
    private final AddressBits outputs;
    private final int outputMask;
    private final int outputDistance;
    private final int inputMask;
    /** Of an entry: what says that it is a leaf, and the address bits that stand elsewhere; those are 0 below 4 GiB. */
    private final int lowMask;
    /** Whether all address bits of an entry are to be moved to the left, equally far. */
    private final boolean isMoved;
    /** Whether all are where they are in the address. */
    private final boolean isPlain;

    private final int clearedKeeps;
    private final int[] attributes;

    /**
     * @param level the number of the last level
     * @param leaves that level
     * @param keyBits how many bits of an input address choose the leaf table
     * @param clearedKeeps what of an entry stays when it is cleared
     */
    LeafWords(PhysicalMemory memory, int level, Level leaves, int keyBits, long clearedKeeps, TableListener listener) {
        super(memory, Integer.SIZE - keyBits, keyBits);
        this.listener = listener;
        this.heard = listener != TableListener.NONE;
        this.level = level;
        this.offsetShift = leaves.shift - leaves.entryShift;
        this.offsetMask = leaves.indexMask << leaves.entryShift;
        this.leafMask = (int) leaves.leafMask;
        this.leafValue = (int) leaves.leafValue;
        this.outputs = leaves.outputs();
        this.outputMask = (int) outputs.mask();
        this.outputDistance = outputs.distance();
        this.inputMask = (int) leaves.span() - 1;
        this.isMoved = outputs.isOneRun() && outputs.distance() > 0;
        this.isPlain = outputs.isOneRun() && outputs.distance() == 0;
        this.lowMask = leafMask | (int) outputs.furtherMasks();
        this.clearedKeeps = (int) clearedKeeps;
        this.attributes = new int[Prot.COMBINATIONS];
        for (int prot = 0; prot < attributes.length; prot++) {
            attributes[prot] = (int) leaves.leaf(0, prot);
        }
    }

    /**
     * Whether the entries of a level can be handled here.
     *
     * @param inputBits width of an input address
     */
    static boolean are(Level leaves, int inputBits) {
        AddressBits outputs = leaves.outputs();
        boolean allOfLow = (outputs.mask() | leaves.span() - 1) == WORD;
        return leaves.entryShift == 2
                && leaves.leafMask != 0
                && leaves.attributes().length == Prot.COMBINATIONS
                && inputBits == Integer.SIZE
                && (outputs.distance() == 0 ? allOfLow : outputs.isOneRun() && outputs.distance() > 0);
    }

    /** Offset of the entry for an address, negative when its table is not known. */
    private int entry(int iova) {
        return find(iova) + (iova >>> offsetShift & offsetMask);
    }

    /** As {@link RadixTable#translate}, but {@link Translation#NOT_MAPPED} also for what takes a walk. */
    long translate(int iova) {
        int at = entry(iova);
        if (at >= 0) {
            int entry = memory.load32(at);
            if (isMoved) {
                if ((entry & leafMask) == leafValue) {
                    return (entry & outputMask & WORD) << outputDistance | iova & inputMask;
                }
            } else if ((entry & lowMask) == leafValue) {
                // The bits of the entry where they are an address, those of the input elsewhere.
                return ((entry ^ iova) & outputMask ^ iova) & WORD;
            }
        }
        return Translation.NOT_MAPPED;
    }

    /** {@link RadixTable#mapSmallest}. */
    boolean map(int iova, long pa, int prot) {
        int at = entry(iova);
        if (at < 0 || memory.load32(at) != 0) {
            return false;
        }
        put(at, attributes[prot & Prot.COMBINATIONS - 1] | (isPlain ? (int) pa & outputMask : encode(pa)));
        return true;
    }

    private int encode(long pa) {
        return isMoved ? (int) (pa >>> outputDistance) & outputMask : (int) outputs.encode(pa);
    }

    /** {@link RadixTable#removeSmallest}. */
    boolean remove(int iova) {
        int at = entry(iova);
        if (at < 0) {
            return false;
        }
        int entry = memory.load32(at);
        if ((entry & leafMask) != leafValue) {
            return false;
        }
        put(at, entry & clearedKeeps);
        return true;
    }

    private void put(int at, int value) {
        memory.store32(at, value);
        if (heard) {
            listener.entryWritten(level, memory.base() + at, value & WORD);
        }
    }
}
