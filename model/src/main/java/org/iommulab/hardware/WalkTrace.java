package org.iommulab.hardware;

import java.util.List;

/**
 * A whole table walk, made for looking at: nothing in the machine changed by it.
 *
 * @param unit the unit's id
 * @param input the address that is translated
 * @param write whether the access writes
 * @param fields the address split into index fields and offset, from the top
 * @param tlb in words: {@code hit}, {@code miss}, {@code off}; {@code none} where the levels are no memory that the lab
 *     has, a unit's registers or a host's own list, and are read in one go
 * @param levels one for each entry that the walker reads, in order
 * @param verdict how it ends
 */
public record WalkTrace(
        int unit, long input, boolean write, List<BitField> fields, String tlb, List<Level> levels, Verdict verdict) {

    public WalkTrace {
        fields = List.copyOf(fields);
        levels = List.copyOf(levels);
    }

    /**
     * One table of the walk.
     *
     * @param name {@code level 1}
     * @param base physical address of the table
     * @param entryBytes width of an entry
     * @param entries how many the table has
     * @param index the entry that the walk takes
     * @param value its content
     * @param decoded that entry bit by bit
     * @param sentence what the entry means, in one sentence
     * @param around entries before and after it (and itself), for the drawing, in order of index
     * @param stage 1 or 2 where two stages are walked in one: an entry of stage 1 stands behind those of stage 2 that told
     *     its place; 0 where there is no such thing
     */
    public record Level(
            String name,
            long base,
            int entryBytes,
            int entries,
            int index,
            long value,
            List<BitField> decoded,
            String sentence,
            List<Entry> around,
            int stage) {
        public Level {
            decoded = List.copyOf(decoded);
            around = List.copyOf(around);
        }

        /** A table of a walk with one stage. */
        public Level(
                String name,
                long base,
                int entryBytes,
                int entries,
                int index,
                long value,
                List<BitField> decoded,
                String sentence,
                List<Entry> around) {
            this(name, base, entryBytes, entries, index, value, decoded, sentence, around, 0);
        }

        public long entryAddress() {
            return base + (long) index * entryBytes;
        }
    }

    /**
     * An entry in words.
     *
     * @param kind {@code table}, {@code zero table}, {@code 4K rw}, {@code -}
     */
    public record Entry(int index, long value, String kind) {}

    /** How a walk ends. */
    public sealed interface Verdict {
        /** At this physical address; the page is {@code bytes} long. */
        record Reached(long output, long bytes, String permissions) implements Verdict {}

        /** The unit is off: the address goes through untouched. */
        record Untranslated(long output) implements Verdict {}

        /**
         * Not mapped, and not refused either: the access ends in memory that the driver keeps for the purpose.
         *
         * @param cause the unit's word for why
         * @param place what that memory is called: {@code protect page}
         * @param output where in it
         */
        record Redirected(String cause, String place, long output) implements Verdict {}

        /** Refused, with the unit's word for the cause. */
        record Refused(String cause) implements Verdict {}
    }
}
