package org.iommulab.hardware;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * A radix format in words: what an entry says, bit by bit and in a sentence. A vendor gives the fields; the rest follows
 * from the format.
 */
public interface EntryWords {
    TableFormat format();

    /** The fields of an entry, from the top; together they cover all its bits. */
    List<BitField> fields(int level, long entry);

    /** What an entry is, in a word or two: {@code table}, {@code 4K rw}, {@code -}. */
    default String kind(int level, long entry) {
        return switch (format().kind(level, entry)) {
            case EMPTY -> "-";
            case TABLE -> "table";
            case LEAF, REPLICATED ->
                size(format().leafBytes(level, entry)) + " " + Prot.letters(format().prot(level, entry));
        };
    }

    /** The entry in one sentence. */
    default String sentence(int level, long entry) {
        return switch (format().kind(level, entry)) {
            case EMPTY -> "Nothing is mapped here: a page fault.";
            case TABLE ->
                "Points at the level " + (level + 2) + " table at " + hex(format().tableAddress(level, entry)) + ".";
            case LEAF, REPLICATED ->
                "Maps " + size(format().leafBytes(level, entry)) + " at "
                        + hex(format().output(level, entry))
                        + access(format().prot(level, entry)) + ".";
        };
    }

    /** An input address, split into the index fields down to the level that ends the walk, and the offset. */
    default List<BitField> address(long input, int lastLevel, long pageBytes) {
        var fields = new ArrayList<BitField>();
        int offsetBits = Long.numberOfTrailingZeros(pageBytes);
        for (int level = 0; level <= lastLevel; level++) {
            int low = format().indexShift(level);
            // Pages that stand in several entries leave the low index bits to the offset.
            fields.add(BitField.of(
                    "level " + (level + 1) + " index", low + format().indexBits(level) - 1, low, input, ""));
        }
        int low = format().indexShift(lastLevel);
        fields.add(BitField.of("offset", Math.min(offsetBits, low) - 1, 0, input, ""));
        return fields;
    }

    private static String access(int prot) {
        return switch (prot & (Prot.READ | Prot.WRITE)) {
            case Prot.READ | Prot.WRITE -> ", to read and write";
            case Prot.READ -> ", to read only";
            case Prot.WRITE -> ", to write only";
            default -> ", with no access allowed";
        };
    }

    /** {@code 4K}, {@code 2M}, {@code 1G}. */
    static String size(long bytes) {
        int bits = Long.numberOfTrailingZeros(bytes);
        return (bytes >>> bits / 10 * 10)
                + List.of("", "K", "M", "G", "T", "P", "E").get(bits / 10);
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
