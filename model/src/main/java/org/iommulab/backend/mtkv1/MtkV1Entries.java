package org.iommulab.backend.mtkv1;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** The bit fields of an entry, and what they say in words. */
record MtkV1Entries() implements EntryWords {
    @Override
    public MtkV1Format format() {
        return MtkV1Format.FLAT;
    }

    @Override
    public List<BitField> fields(int level, long entry) {
        return List.of(
                BitField.of("page", 31, 12, entry, EntryWords.hex(format().output(level, entry))),
                BitField.of("zero", 11, 4, entry, ""),
                BitField.flag("NONSEC", 3, entry, "non-secure", "secure"),
                BitField.of("zero", 2, 2, entry, ""),
                BitField.flag("VALID", 1, entry, "valid", "a translation fault"),
                BitField.of("zero", 0, 0, entry, ""));
    }
}
