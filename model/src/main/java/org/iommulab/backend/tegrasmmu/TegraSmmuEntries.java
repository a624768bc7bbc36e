package org.iommulab.backend.tegrasmmu;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** The bit fields of the Tegra SMMU's table entries, and what they say in words. */
record TegraSmmuEntries(TegraSmmuFormat format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        int high = Long.bitCount(format.frameMask()) - 1;
        String address = EntryWords.hex(format.output(level, entry));
        return List.of(
                BitField.flag("R", 31, entry, "may read", "may not read"),
                BitField.flag("W", 30, entry, "may write", "may not write"),
                BitField.flag("NS", 29, entry, "non-secure", "secure"),
                level == 0
                        ? BitField.flag("NEXT", 28, entry, "points at a table", "no table")
                        : BitField.of("zero", 28, 28, entry, ""),
                BitField.of("zero", 27, high + 1, entry, ""),
                BitField.of("frame", high, 0, entry, address));
    }
}
