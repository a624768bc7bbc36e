package org.iommulab.sim;

import java.util.Arrays;

/**
 * Every change of state, as (place, old xor new): 4 + 8 bytes an entry. Undo and redo are the same operation. What a
 * place is, the machine knows.
 */
final class Journal {
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int FIRST = 64;

    /** Entries applied by one call, a fraction of a chunk: many calls make a method compiled early. */
    private static final int PIECE = 256;

    private static final int[] CLOSED = {};

    private int[][] places = {new int[FIRST]};
    private long[][] deltas = {new long[FIRST]};
    private int[] lastPlaces = places[0];
    private long[] lastDeltas = deltas[0];
    private int fill;
    private int size;

    void add(int place, long delta) {
        int at = fill;
        if (at == lastPlaces.length) {
            grow();
            at = fill;
        }
        lastPlaces[at] = place;
        lastDeltas[at] = delta;
        fill = at + 1;
        size++;
    }

    private void grow() {
        if (lastPlaces == CLOSED) {
            throw new IllegalStateException("a change of state while looking back; cut the recording first");
        }
        if (fill < CHUNK) {
            resizeLast(Math.min(CHUNK, Math.max(FIRST, 2 * fill)));
        } else {
            places = Arrays.copyOf(places, places.length + 1);
            deltas = Arrays.copyOf(deltas, places.length);
            places[places.length - 1] = new int[CHUNK];
            deltas[places.length - 1] = new long[CHUNK];
            open();
        }
    }

    private void resizeLast(int room) {
        int chunk = places.length - 1;
        places[chunk] = Arrays.copyOf(places[chunk], room);
        deltas[chunk] = Arrays.copyOf(deltas[chunk], room);
        open();
    }

    /** Until {@link #open}, nothing can be added. Costs the hot path nothing: the last chunk just seems full. */
    void close() {
        lastPlaces = CLOSED;
        fill = 0;
    }

    void open() {
        int chunk = places.length - 1;
        lastPlaces = places[chunk];
        lastDeltas = deltas[chunk];
        fill = size - (chunk << CHUNK_SHIFT);
    }

    int size() {
        return size;
    }

    int place(int entry) {
        return places[entry >> CHUNK_SHIFT][entry & CHUNK - 1];
    }

    long delta(int entry) {
        return deltas[entry >> CHUNK_SHIFT][entry & CHUNK - 1];
    }

    /** Forgets everything from an entry on, and is open. */
    void truncate(int newSize) {
        int chunk = newSize == 0 ? 0 : newSize - 1 >> CHUNK_SHIFT;
        places = Arrays.copyOf(places, chunk + 1);
        deltas = Arrays.copyOf(deltas, chunk + 1);
        size = newSize;
        open();
    }

    /** Gives back the unused room of the last chunk; later additions still work. Only while it is open. */
    void trim() {
        resizeLast(fill);
    }

    /** Applies the entries from {@code from} (inclusive) to {@code to} (exclusive), last first. */
    void undo(int from, int to, Machine machine) {
        for (int end = to; end > from; ) {
            int begin = Math.max(from, end - 1 & -PIECE);
            int chunk = begin >> CHUNK_SHIFT;
            undo(places[chunk], deltas[chunk], begin & CHUNK - 1, end - begin, machine);
            end = begin;
        }
    }

    /** Applies the entries from {@code from} (inclusive) to {@code to} (exclusive). */
    void redo(int from, int to, Machine machine) {
        for (int begin = from; begin < to; ) {
            int end = Math.min(to, (begin & -PIECE) + PIECE);
            int chunk = begin >> CHUNK_SHIFT;
            redo(places[chunk], deltas[chunk], begin & CHUNK - 1, end - begin, machine);
            begin = end;
        }
    }

    private static void undo(int[] places, long[] deltas, int from, int count, Machine machine) {
        for (int at = from + count - 1; at >= from; at--) {
            machine.flip(places[at], deltas[at]);
        }
    }

    private static void redo(int[] places, long[] deltas, int from, int count, Machine machine) {
        for (int at = from; at < from + count; at++) {
            machine.flip(places[at], deltas[at]);
        }
    }
}
