package org.iommulab.sim;

import java.util.Arrays;

/** Every change of state, as (place, old xor new): 16 bytes an entry. Undo and redo are the same operation. */
final class Journal {
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int FIRST = 64;

    private long[][] chunks = {new long[2 * FIRST]};
    private long[] last = chunks[0];
    private int fill;
    private int size;

    void add(long place, long delta) {
        int at = fill;
        if (at == last.length) {
            grow();
            at = fill;
        }
        last[at] = place;
        last[at + 1] = delta;
        fill = at + 2;
        size++;
    }

    private void grow() {
        if (last.length < 2 * CHUNK) {
            last = Arrays.copyOf(last, Math.min(2 * CHUNK, Math.max(2 * FIRST, 2 * last.length)));
            chunks[chunks.length - 1] = last;
        } else {
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            last = new long[2 * CHUNK];
            chunks[chunks.length - 1] = last;
            fill = 0;
        }
    }

    int size() {
        return size;
    }

    long place(int entry) {
        return chunks[entry >> CHUNK_SHIFT][(entry & CHUNK - 1) << 1];
    }

    long delta(int entry) {
        return chunks[entry >> CHUNK_SHIFT][((entry & CHUNK - 1) << 1) + 1];
    }

    /** Forgets everything from an entry on. */
    void truncate(int newSize) {
        int chunk = newSize == 0 ? 0 : newSize - 1 >> CHUNK_SHIFT;
        chunks = Arrays.copyOf(chunks, chunk + 1);
        last = chunks[chunk];
        fill = 2 * (newSize - (chunk << CHUNK_SHIFT));
        size = newSize;
    }

    /** Gives back the unused room of the last chunk; later additions still work. */
    void trim() {
        last = Arrays.copyOf(last, fill);
        chunks[chunks.length - 1] = last;
    }

    /** Applies the entries of one chunk from {@code from} (inclusive) to {@code to} (exclusive), last first. */
    void undo(int from, int to, Machine machine) {
        for (int at = to - 1; at >= from; at--) {
            long[] chunk = chunks[at >> CHUNK_SHIFT];
            int index = (at & CHUNK - 1) << 1;
            machine.flip(chunk[index], chunk[index + 1]);
        }
    }

    void redo(int from, int to, Machine machine) {
        for (int at = from; at < to; at++) {
            long[] chunk = chunks[at >> CHUNK_SHIFT];
            int index = (at & CHUNK - 1) << 1;
            machine.flip(chunk[index], chunk[index + 1]);
        }
    }
}
