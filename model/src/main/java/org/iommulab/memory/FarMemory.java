package org.iommulab.memory;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Machine;
import org.iommulab.sim.StateStore;

/**
 * Pieces of a bank that lie beyond what {@link PhysicalMemory} keeps in one array: a story that writes a word 60 MiB above
 * the tables needs no 60 MiB. Words of 64 bits, by their number in the bank; what was never written is 0.
 */
final class FarMemory {
    private static final int PIECE_SHIFT = 11;
    private static final int PIECE_WORDS = 1 << PIECE_SHIFT;

    private static final long PIECE_BYTES = 8L * PIECE_WORDS;
    private static final long LONGEST = 8L * StateStore.MOST_WORDS;
    private static final long LOW = 0xffff_ffffL;

    private final Machine machine;
    private final TreeMap<Integer, long[]> pieces = new TreeMap<>();

    FarMemory(Machine machine) {
        this.machine = machine;
    }

    /** The 32 bits at this offset in the bank. */
    int load32(long offset) {
        return offset >= LONGEST ? 0 : (int) (word((int) (offset >>> 3)) >>> ((offset & 4) << 3));
    }

    /**
     * @param firstPlace of the bank's words in the machine's journal
     * @param others bytes that the bank takes beside these pieces
     * @throws LimitReached when that is more memory than a run may have
     */
    void store32(long offset, int value, int firstPlace, long others) {
        long limit = machine.limits().memoryBytes();
        if (offset >= LONGEST) {
            throw new LimitReached("bytes of simulated memory", limit);
        }
        int word = (int) (offset >>> 3);
        long old = word(word);
        int shift = (int) (offset & 4) << 3;
        long delta = ((old >>> shift ^ value) & LOW) << shift;
        if (delta == 0) {
            return;
        }
        boolean isNew = !pieces.containsKey(word >> PIECE_SHIFT);
        if (isNew && others + PIECE_BYTES * (pieces.size() + 1) > limit) {
            throw new LimitReached("bytes of simulated memory", limit);
        }
        if (machine.isJournaling()) {
            machine.journal(firstPlace + word, old, old ^ delta);
        }
        set(word, old ^ delta);
    }

    boolean isZero(long offset, int length) {
        int none = StateStore.MOST_WORDS;
        return offset < LONGEST && nextUsed((int) (offset >>> 3), none) >= offset + length >>> 3;
    }

    long word(int word) {
        long[] piece = pieces.get(word >> PIECE_SHIFT);
        return piece == null ? 0 : piece[word & PIECE_WORDS - 1];
    }

    void set(int word, long value) {
        pieces.computeIfAbsent(word >> PIECE_SHIFT, _ -> new long[PIECE_WORDS])[word & PIECE_WORDS - 1] = value;
    }

    /** The first word from this one on that is not 0; {@code none} when there is none. */
    int nextUsed(int from, int none) {
        for (Map.Entry<Integer, long[]> entry :
                pieces.tailMap(from >> PIECE_SHIFT, true).entrySet()) {
            int start = entry.getKey() << PIECE_SHIFT;
            for (int word = Math.max(from, start); word < start + PIECE_WORDS; word++) {
                if (entry.getValue()[word - start] != 0) {
                    return word;
                }
            }
        }
        return none;
    }

    /** The number behind that of the last word of the last piece; 0 without any. */
    int end() {
        return pieces.isEmpty() ? 0 : pieces.lastKey() + 1 << PIECE_SHIFT;
    }

    /**
     * Takes the words below this one out, and hands those on that are not 0: a piece may begin below the end of the
     * array, where it has nothing to say.
     */
    void giveUpTo(int end, Taker taker) {
        while (!pieces.isEmpty() && pieces.firstKey() << PIECE_SHIFT < end) {
            Map.Entry<Integer, long[]> first = pieces.pollFirstEntry();
            int start = first.getKey() << PIECE_SHIFT;
            long[] rest = first.getValue();
            for (int word = start; word < start + PIECE_WORDS; word++) {
                long value = rest[word - start];
                if (value != 0 && word < end) {
                    taker.take(word, value);
                } else if (value != 0) {
                    set(word, value);
                }
            }
            if (start + PIECE_WORDS > end) {
                return;
            }
        }
    }

    /** Gets words that are moved. */
    @FunctionalInterface
    interface Taker {
        void take(int word, long value);
    }

    FarMemory copy() {
        var copy = new FarMemory(machine);
        pieces.forEach((number, words) -> copy.pieces.put(number, Arrays.copyOf(words, words.length)));
        return copy;
    }

    /** Brings a copy back; words below {@code end} are handed on, since the array may have grown meanwhile. */
    void restore(FarMemory copy, int end, Taker taker) {
        pieces.clear();
        FarMemory whole = copy.copy();
        whole.giveUpTo(end, taker);
        pieces.putAll(whole.pieces);
    }
}
