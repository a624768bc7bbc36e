package org.iommulab.backend.rockchip;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.Iotlb;
import org.iommulab.sim.Machine;

/**
 * A cache of table words as a bank has one for directory entries and one for page entries: it keeps whole lines, so that
 * an entry comes in with its neighbours, valid or not. That is why the driver zaps what it maps. How long a line is, and
 * how many there are, is not known; 4 words and 32 lines are a model.
 */
final class LineCache {
    static final int WORDS = 4;

    private static final int LINES = 32;
    private static final long WORD = 0xffff_ffffL;

    private final Iotlb lines;
    private final int shift;

    /** @param shift bits of an input address below those that number the words */
    LineCache(Machine machine, int shift) {
        this.lines = new Iotlb(machine, 1, LINES, shift);
        this.shift = shift;
    }

    static int size() {
        return LINES * WORDS;
    }

    /** A word that is in the cache. */
    record Word(int slot, long input, long value) {}

    boolean has(long input) {
        return lines.find(input) != Iotlb.MISS;
    }

    /** The word for an address that {@link #has}. */
    long word(long input) {
        return word(lines.find(input), (int) (input >>> shift) & WORDS - 1);
    }

    private long word(int line, int index) {
        // A slot of the TLB has room for two numbers: a line is four words.
        long pair = index < 2 ? lines.output(line) : lines.attributes(line);
        return pair >>> (index & 1) * 32 & WORD;
    }

    void fill(long input, long[] words) {
        lines.fill(input, words[0] | words[1] << 32, (long) WORDS << shift, words[2] | words[3] << 32);
    }

    /** Drops the line of an address; how many that were. */
    int zap(long input) {
        return lines.flush(input);
    }

    int zapAll() {
        return lines.flushAll();
    }

    List<Word> words() {
        var words = new ArrayList<Word>();
        for (int line : lines.used()) {
            for (int i = 0; i < WORDS; i++) {
                words.add(new Word(line * WORDS + i, lines.input(line) + ((long) i << shift), word(line, i)));
            }
        }
        return words;
    }
}
