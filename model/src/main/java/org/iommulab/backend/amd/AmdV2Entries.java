package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/**
 * The bit fields of a guest table's entries, and what they say in words: those of an x86 processor.
 *
 * @param format how many levels there are
 */
record AmdV2Entries(AmdV2Format format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        if (!AmdV2Format.isPresent(entry)) {
            return List.of(BitField.of("ignored", 63, 1, entry, ""), present(entry));
        }
        boolean last = format.height(level) == 0;
        boolean leaf = format.kind(level, entry) == AmdV2Format.Kind.LEAF;
        return List.of(
                BitField.flag("NX", 63, entry, "may not execute", ""),
                BitField.of("ignored", 62, 52, entry, ""),
                leaf
                        ? BitField.of("page", 51, 12, entry, EntryWords.hex(format.output(level, entry)))
                        : BitField.of("table base", 51, 12, entry, EntryWords.hex(format.tableAddress(level, entry))),
                BitField.of("ignored", 11, 9, entry, ""),
                BitField.flag("G", 8, entry, leaf ? "global" : "", ""),
                last
                        ? BitField.flag("PAT", 7, entry, "", "")
                        : BitField.flag("PS", 7, entry, leaf ? "a page" : "reserved", "a table"),
                BitField.flag("D", 6, entry, leaf ? "written to" : "", ""),
                BitField.flag("A", 5, entry, "used", ""),
                BitField.of("cache", 4, 3, entry, ""),
                BitField.flag("US", 2, entry, "for all", "for supervisors"),
                BitField.flag("RW", 1, entry, "may write", "may not write"),
                present(entry));
    }

    private static BitField present(long entry) {
        return BitField.flag("P", 0, entry, "present", "not present");
    }

    @Override
    public String kind(int level, long entry) {
        boolean tooLarge = AmdV2Format.isPresent(entry) && format.kind(level, entry) == AmdV2Format.Kind.EMPTY;
        return tooLarge ? "reserved" : EntryWords.super.kind(level, entry);
    }

    @Override
    public String sentence(int level, long entry) {
        return switch (format.kind(level, entry)) {
            case TABLE ->
                "Points at the level " + (format.height(level) - 1) + " table at "
                        + EntryWords.hex(format.tableAddress(level, entry)) + ".";
            case EMPTY ->
                AmdV2Format.isPresent(entry)
                        ? "No page is as big as this level's: a page fault."
                        : "Nothing is mapped here: a page fault.";
            case LEAF, REPLICATED -> EntryWords.super.sentence(level, entry);
        };
    }

    @Override
    public List<BitField> address(long input, int lastLevel, long pageBytes) {
        return AmdAddress.fields(input, format, lastLevel);
    }
}
