package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** The bit fields of DART's table entries, and what they say in words. */
record DartEntries(DartFormat format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        var fields = new ArrayList<BitField>();
        switch (format.kind(level, entry)) {
            case EMPTY -> fields.add(BitField.of("ignored", 63, 1, entry, ""));
            case TABLE -> {
                int low = lowest();
                int high = highest();
                fields.add(BitField.of("zero", 63, high + 1, entry, ""));
                fields.add(
                        BitField.of("table base", high, low, entry, EntryWords.hex(format.tableAddress(level, entry))));
                fields.add(BitField.of("zero", low - 1, 1, entry, ""));
            }
            case LEAF, REPLICATED -> leaf(level, entry, fields);
        }
        fields.add(BitField.flag("valid", 0, entry, "valid", "a fault"));
        return fields;
    }

    private void leaf(int level, long entry, List<BitField> fields) {
        int low = lowest();
        int high = highest();
        int noRead = Long.numberOfTrailingZeros(format.version().noRead());
        int noWrite = Long.numberOfTrailingZeros(format.version().noWrite());
        fields.add(BitField.of("subpage start", 63, 52, entry, "first part that may be used"));
        fields.add(BitField.of("subpage end", 51, 40, entry, "last part that may be used"));
        fields.add(BitField.of("zero", 39, high + 1, entry, ""));
        fields.add(BitField.of("frame", high, low, entry, EntryWords.hex(format.output(level, entry))));
        fields.add(BitField.of("zero", low - 1, noRead + 1, entry, ""));
        fields.add(BitField.flag("no read", noRead, entry, "may not read", "may read"));
        fields.add(BitField.flag("no write", noWrite, entry, "may not write", "may write"));
        switch (format.version()) {
            case DART1 -> {
                fields.add(BitField.of("zero", noWrite - 1, 2, entry, ""));
                fields.add(BitField.flag("SP_DIS", 1, entry, "the whole page", "only the part from start to end"));
            }
            case DART2 -> fields.add(BitField.flag("NO_CACHE", 1, entry, "not cached", "cached"));
        }
    }

    /** Highest bit of an entry that holds a bit of an address. */
    private int highest() {
        return format.version() == DartVersion.DART1 ? 35 : 37;
    }

    /** The lowest one; tables are as big as pages. */
    private int lowest() {
        return Long.numberOfTrailingZeros(format.version().place(format.pageBytes()));
    }
}
