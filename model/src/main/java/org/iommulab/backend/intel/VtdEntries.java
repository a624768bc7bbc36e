package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/**
 * The bit fields of page table entries, and what they say in words. Levels are named as VT-d counts them, from the
 * bottom: the last is level 1.
 *
 * @param format how many levels there are, and whose
 */
record VtdEntries(VtdFormat format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        return format.stage() == VtdFormat.Stage.SECOND ? second(level, entry) : first(level, entry);
    }

    private List<BitField> second(int level, long entry) {
        var fields = new ArrayList<BitField>();
        fields.add(BitField.of("ignored", 63, 52, entry, ""));
        fields.add(address(level, entry));
        fields.add(BitField.flag("SNP", 11, entry, "snooped", "as the device says"));
        fields.add(BitField.of("ignored", 10, 8, entry, ""));
        fields.add(large(level, entry));
        fields.add(BitField.of("ignored", 6, 2, entry, ""));
        fields.add(BitField.flag("W", 1, entry, "may write", "may not write"));
        fields.add(BitField.flag("R", 0, entry, "may read", "may not read"));
        return fields;
    }

    private List<BitField> first(int level, long entry) {
        var fields = new ArrayList<BitField>();
        fields.add(BitField.flag("XD", 63, entry, "not executable", ""));
        fields.add(BitField.of("ignored", 62, 52, entry, ""));
        fields.add(address(level, entry));
        fields.add(BitField.of("ignored", 11, 8, entry, ""));
        fields.add(large(level, entry));
        fields.add(BitField.flag("D", 6, entry, "written to", ""));
        fields.add(BitField.flag("A", 5, entry, "used", ""));
        fields.add(BitField.of("ignored", 4, 3, entry, ""));
        fields.add(BitField.flag("U/S", 2, entry, "for users", "for supervisors"));
        fields.add(BitField.flag("R/W", 1, entry, "may write", "may not write"));
        fields.add(BitField.flag("P", 0, entry, "present", "not present"));
        return fields;
    }

    private BitField address(int level, long entry) {
        return switch (format.kind(level, entry)) {
            case TABLE -> BitField.of("table base", 51, 12, entry, EntryWords.hex(format.tableAddress(level, entry)));
            case LEAF, REPLICATED -> BitField.of("page", 51, 12, entry, EntryWords.hex(format.output(level, entry)));
            case EMPTY -> BitField.of("address", 51, 12, entry, "");
        };
    }

    private BitField large(int level, long entry) {
        return format.number(level) == 1
                ? BitField.of("ignored", 7, 7, entry, "")
                : BitField.flag("PS", 7, entry, "a page", "a table");
    }

    @Override
    public String sentence(int level, long entry) {
        return format.kind(level, entry) == VtdFormat.Kind.TABLE
                ? "Points at the level " + (format.number(level) - 1) + " table at "
                        + EntryWords.hex(format.tableAddress(level, entry)) + "."
                : EntryWords.super.sentence(level, entry);
    }

    @Override
    public List<BitField> address(long input, int lastLevel, long pageBytes) {
        var fields = new ArrayList<BitField>();
        for (int level = 0; level <= lastLevel; level++) {
            int low = format.indexShift(level);
            fields.add(BitField.of("level " + format.number(level) + " index", low + 8, low, input, ""));
        }
        fields.add(BitField.of("offset", format.indexShift(lastLevel) - 1, 0, input, ""));
        return fields;
    }
}
