package org.iommulab.backend.rockchip;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** The bit fields of the Rockchip IOMMU's table entries, and what they say in words. */
record RockchipEntries(RockchipFormat format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        String address = EntryWords.hex(format.decode(entry));
        var valid = BitField.flag("V", 0, entry, "valid", "invalid");
        var frame = BitField.of("address 31:12", 31, 12, entry, address);
        boolean v2 = format == RockchipFormat.V2;
        if (level == 0) {
            return v2
                    ? List.of(
                            frame,
                            BitField.of("address 35:32", 11, 8, entry, ""),
                            BitField.of("address 39:36", 7, 4, entry, ""),
                            BitField.of("reserved", 3, 1, entry, ""),
                            valid)
                    : List.of(frame, BitField.of("reserved", 11, 1, entry, ""), valid);
        }
        var write = BitField.flag("W", 2, entry, "may write", "may not write");
        var read = BitField.flag("R", 1, entry, "may read", "may not read");
        return v2
                ? List.of(
                        frame,
                        BitField.of("address 35:32", 11, 8, entry, ""),
                        BitField.of("address 39:36", 7, 4, entry, ""),
                        BitField.flag("S", 3, entry, "secure", "not secure"),
                        write,
                        read,
                        valid)
                : List.of(
                        frame,
                        BitField.of("reserved", 11, 9, entry, ""),
                        BitField.flag("read allocate", 8, entry, "yes", "no"),
                        BitField.flag("read cache", 7, entry, "yes", "no"),
                        BitField.flag("write buffer", 6, entry, "yes", "no"),
                        BitField.flag("write allocate", 5, entry, "yes", "no"),
                        BitField.flag("write cache", 4, entry, "yes", "no"),
                        BitField.flag("override", 3, entry, "bits 8:4 count", "the bus decides"),
                        write,
                        read,
                        valid);
    }
}
