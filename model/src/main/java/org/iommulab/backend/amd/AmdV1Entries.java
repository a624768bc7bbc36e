package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/**
 * The bit fields of a host table's entries, and what they say in words (AMD I/O Virtualization Technology
 * Specification, "I/O page table entry"). Levels are named as AMD counts them, from the bottom: height 0 is the last.
 *
 * @param format how many levels there are
 */
record AmdV1Entries(AmdV1Format format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        if (!AmdV1Format.isPresent(entry)) {
            return List.of(BitField.of("ignored", 63, 1, entry, ""), present(entry));
        }
        int next = AmdV1Format.nextLevel(entry);
        boolean leaf = next == 0 || next == AmdV1Format.OTHER_SIZE;
        var fields = new ArrayList<BitField>();
        fields.add(BitField.of("zero", 63, 63, entry, ""));
        fields.add(BitField.flag("IW", 62, entry, "may write", "may not write"));
        fields.add(BitField.flag("IR", 61, entry, "may read", "may not read"));
        if (leaf) {
            fields.add(BitField.flag("FC", 60, entry, "coherent", "as the device says"));
            fields.add(BitField.flag("U", 59, entry, "", ""));
            fields.add(BitField.of("zero", 58, 52, entry, ""));
        } else {
            fields.add(BitField.of("zero", 60, 52, entry, ""));
        }
        fields.add(BitField.of(leaf ? "page" : "table base", 51, 12, entry, address(level, entry)));
        fields.add(BitField.of("NextLevel", 11, 9, entry, nextLevel(level, next)));
        fields.add(BitField.of("ignored", 8, 7, entry, ""));
        fields.add(BitField.flag("D", 6, entry, "written to", ""));
        fields.add(BitField.flag("A", 5, entry, "used", ""));
        fields.add(BitField.of("ignored", 4, 1, entry, ""));
        fields.add(present(entry));
        return fields;
    }

    private static BitField present(long entry) {
        return BitField.flag("PR", 0, entry, "present", "not present");
    }

    private String address(int level, long entry) {
        return switch (format.kind(level, entry)) {
            case LEAF -> EntryWords.hex(format.output(level, entry));
            case REPLICATED ->
                EntryWords.hex(format.output(level, entry)) + ", of " + EntryWords.size(format.leafBytes(level, entry));
            default -> EntryWords.hex(format.tableAddress(level, entry));
        };
    }

    private String nextLevel(int level, int next) {
        return switch (next) {
            case 0 -> "a page of " + EntryWords.size(1L << format.indexShift(level));
            case AmdV1Format.OTHER_SIZE -> "a page whose size is in the address";
            default -> next > format.height(level) ? "reserved" : "a table of level " + (next - 1);
        };
    }

    @Override
    public String kind(int level, long entry) {
        boolean odd = AmdV1Format.isPresent(entry) && format.kind(level, entry) == AmdV1Format.Kind.EMPTY;
        if (odd) {
            return AmdV1Format.nextLevel(entry) > format.height(level) ? "reserved" : "table, skipping levels";
        }
        return EntryWords.super.kind(level, entry);
    }

    @Override
    public String sentence(int level, long entry) {
        return switch (format.kind(level, entry)) {
            case TABLE -> points(level, entry);
            case REPLICATED ->
                EntryWords.super.sentence(level, entry).replaceFirst("\\.$", "")
                        + ", as its neighbours do: the page has "
                        + AmdV1Format.copies(format.leafBytes(level, entry)) + " entries.";
            case EMPTY -> {
                if (!AmdV1Format.isPresent(entry)) {
                    yield "Nothing is mapped here: a page fault.";
                }
                yield AmdV1Format.nextLevel(entry) > format.height(level)
                        ? "NextLevel is too high for a table of this level: a page fault."
                        : points(level, entry);
            }
            case LEAF -> EntryWords.super.sentence(level, entry);
        };
    }

    private String points(int level, long entry) {
        return "Points at the level " + (AmdV1Format.nextLevel(entry) - 1) + " table at "
                + EntryWords.hex(format.tableAddress(level, entry)) + ".";
    }

    @Override
    public List<BitField> address(long input, int lastLevel, long pageBytes) {
        return AmdAddress.fields(input, format, lastLevel);
    }
}
