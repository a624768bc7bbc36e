package org.iommulab.backend.s390;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** The bit fields of region, segment and page entries, and what they say in words. */
record S390Entries() implements EntryWords {
    private static final S390Format FORMAT = S390Format.REGION_THIRD;

    @Override
    public S390Format format() {
        return FORMAT;
    }

    @Override
    public List<BitField> fields(int level, long entry) {
        var protection = BitField.flag("protected", 9, entry, "read only", "read and write");
        if (level == S390Format.LAST) {
            return List.of(
                    BitField.of("frame", 63, 12, entry, EntryWords.hex(FORMAT.output(level, entry))),
                    BitField.of("zero", 11, 11, entry, ""),
                    BitField.flag("invalid", 10, entry, "nothing is mapped", "valid"),
                    protection,
                    BitField.of("zero", 8, 0, entry, ""));
        }
        int low = level == S390Format.REGION ? 14 : 11;
        String base = EntryWords.hex(FORMAT.tableAddress(level, entry));
        int type = (int) (entry >>> 2) & 3;
        return List.of(
                BitField.of(level == S390Format.REGION ? "segment table" : "page table", 63, low, entry, base),
                BitField.of("zero", low - 1, 10, entry, ""),
                protection,
                BitField.of("zero", 8, 8, entry, ""),
                BitField.of("offset", 7, 6, entry, "first quarter of the table"),
                BitField.flag("invalid", 5, entry, "no table", "valid"),
                BitField.of("zero", 4, 4, entry, ""),
                BitField.of(
                        "type",
                        3,
                        2,
                        entry,
                        List.of("segment", "region third", "region second", "region first")
                                .get(type)),
                BitField.of("length", 1, 0, entry, "last quarter of the table"));
    }
}
