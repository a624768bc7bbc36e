package org.iommulab.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The events as columns of primitives: header, a, b: 24 bytes each. The record that a view sees is made when it is
 * looked at.
 *
 * <p>Header, from the top: kind 8 bits, lane 4, depth 12, term 16, object 16, journal entries since the event
 * before 8 (255: the count stands in {@link #overflow}).
 */
final class EventLog {
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int FIRST = 64;
    private static final int MARK_SHIFT = 5;

    private long[][] chunks = {new long[3 * FIRST]};
    private long[] last = chunks[0];
    private int fill;
    private int size;
    private int journaled;
    private int[] marks = new int[4];
    private final Map<Integer, Integer> overflow = new HashMap<>(0);

    void add(int kind, int lane, int depth, int term, int object, long a, long b, int journalSize) {
        int changes = journalSize - journaled;
        journaled = journalSize;
        if (changes >= 255) {
            overflow.put(size, changes);
            changes = 255;
        }
        int at = fill;
        if (at == last.length) {
            grow();
            at = fill;
        }
        last[at] = (long) kind << 56
                | (long) lane << 52
                | (long) depth << 40
                | (long) term << 24
                | (long) object << 8
                | changes;
        last[at + 1] = a;
        last[at + 2] = b;
        fill = at + 3;
        size++;
        if ((size & (1 << MARK_SHIFT) - 1) == 0) {
            mark();
        }
    }

    private void mark() {
        int index = size >> MARK_SHIFT;
        if (index >= marks.length) {
            marks = Arrays.copyOf(marks, 2 * marks.length);
        }
        marks[index] = journaled;
    }

    private void grow() {
        if (last.length < 3 * CHUNK) {
            last = Arrays.copyOf(last, Math.min(3 * CHUNK, Math.max(3 * FIRST, 2 * last.length)));
            chunks[chunks.length - 1] = last;
        } else {
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            last = new long[3 * CHUNK];
            chunks[chunks.length - 1] = last;
            fill = 0;
        }
    }

    int size() {
        return size;
    }

    private long word(int event, int column) {
        return chunks[event >> CHUNK_SHIFT][3 * (event & CHUNK - 1) + column];
    }

    long header(int event) {
        return word(event, 0);
    }

    long a(int event) {
        return word(event, 1);
    }

    long b(int event) {
        return word(event, 2);
    }

    /** Whether another log has the same event in this place; changes of state are not compared. */
    boolean isSame(int event, EventLog other) {
        return (header(event) & ~0xffL) == (other.header(event) & ~0xffL)
                && a(event) == other.a(event)
                && b(event) == other.b(event);
    }

    int kind(int event) {
        return (int) (header(event) >>> 56);
    }

    int lane(int event) {
        return (int) (header(event) >>> 52) & 0xf;
    }

    int depth(int event) {
        return (int) (header(event) >>> 40) & 0xfff;
    }

    int term(int event) {
        return (int) (header(event) >>> 24) & 0xffff;
    }

    int object(int event) {
        return (int) (header(event) >>> 8) & 0xffff;
    }

    int changes(int event) {
        int changes = (int) header(event) & 0xff;
        return changes == 255 ? Objects.requireNonNull(overflow.get(event)) : changes;
    }

    /** How many journal entries had been written when {@code step} events had happened. */
    int journalAt(int step) {
        int mark = step >> MARK_SHIFT;
        int position = marks[mark];
        for (int event = mark << MARK_SHIFT; event < step; event++) {
            position += changes(event);
        }
        return position;
    }

    /** What has been written so far. */
    EventLog copy() {
        var copy = new EventLog();
        copy.chunks = Arrays.stream(chunks).map(long[]::clone).toArray(long[][]::new);
        copy.chunks[chunks.length - 1] = Arrays.copyOf(last, fill);
        copy.last = copy.chunks[chunks.length - 1];
        copy.fill = fill;
        copy.size = size;
        copy.journaled = journaled;
        copy.marks = marks.clone();
        copy.overflow.putAll(overflow);
        return copy;
    }

    void truncate(int newSize) {
        journaled = journalAt(newSize);
        int chunk = newSize == 0 ? 0 : newSize - 1 >> CHUNK_SHIFT;
        chunks = Arrays.copyOf(chunks, chunk + 1);
        last = chunks[chunk];
        fill = 3 * (newSize - (chunk << CHUNK_SHIFT));
        size = newSize;
        overflow.keySet().removeIf(event -> event >= newSize);
    }

    void trim() {
        last = Arrays.copyOf(last, fill);
        chunks[chunks.length - 1] = last;
        marks = Arrays.copyOf(marks, (size >> MARK_SHIFT) + 1);
    }
}
