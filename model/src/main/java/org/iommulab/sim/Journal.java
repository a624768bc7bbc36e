package org.iommulab.sim;

import java.util.Arrays;

/** Every change of state, as (place, old xor new): 16 bytes an entry. Undo and redo are the same operation. */
final class Journal {
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int FIRST = 64;
    private static final long[] CLOSED = {};

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
        if (last == CLOSED) {
            throw new IllegalStateException("a change of state while looking back; cut the recording first");
        }
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

    /** Until {@link #open}, nothing can be added. Costs the hot path nothing: the last chunk just seems full. */
    void close() {
        last = CLOSED;
        fill = 0;
    }

    void open() {
        int chunk = chunks.length - 1;
        last = chunks[chunk];
        fill = 2 * (size - (chunk << CHUNK_SHIFT));
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

    /** Forgets everything from an entry on, and is open. */
    void truncate(int newSize) {
        int chunk = newSize == 0 ? 0 : newSize - 1 >> CHUNK_SHIFT;
        chunks = Arrays.copyOf(chunks, chunk + 1);
        size = newSize;
        open();
    }

    /** Gives back the unused room of the last chunk; later additions still work. Only while it is open. */
    void trim() {
        last = Arrays.copyOf(last, fill);
        chunks[chunks.length - 1] = last;
    }

    /** Applies the entries from {@code from} (inclusive) to {@code to} (exclusive), last first. */
    void undo(int from, int to, Machine machine) {
        for (int end = to; end > from; ) {
            int begin = Math.max(from, end - 1 & -CHUNK);
            undoWithin(chunks[begin >> CHUNK_SHIFT], begin & CHUNK - 1, (end - 1 & CHUNK - 1) + 1, machine);
            end = begin;
        }
    }

    void redo(int from, int to, Machine machine) {
        for (int begin = from; begin < to; ) {
            int end = Math.min(to, (begin & -CHUNK) + CHUNK);
            redoWithin(chunks[begin >> CHUNK_SHIFT], begin & CHUNK - 1, (end - 1 & CHUNK - 1) + 1, machine);
            begin = end;
        }
    }

    // One chunk a call, so that the loop is compiled after the first few chunks of the first long jump.

    private static void undoWithin(long[] chunk, int from, int to, Machine machine) {
        for (int at = 2 * to - 2; at >= 2 * from; at -= 2) {
            machine.flip(chunk[at], chunk[at + 1]);
        }
    }

    private static void redoWithin(long[] chunk, int from, int to, Machine machine) {
        for (int at = 2 * from; at < 2 * to; at += 2) {
            machine.flip(chunk[at], chunk[at + 1]);
        }
    }
}
