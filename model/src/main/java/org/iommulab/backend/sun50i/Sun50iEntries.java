package org.iommulab.backend.sun50i;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.pagetable.TableFormat;

/** The bit fields of the Allwinner IOMMU's table entries, and what they say in words. */
record Sun50iEntries(TableFormat format) implements EntryWords {
    private static final List<String> AUTHORITIES = List.of("do not use", "none", "read", "write", "read and write");

    @Override
    public List<BitField> fields(int level, long entry) {
        if (level == 0) {
            String table = EntryWords.hex(format.tableAddress(level, entry));
            boolean valid = format.kind(level, entry) == TableFormat.Kind.TABLE;
            return List.of(
                    BitField.of("table", 31, 10, entry, table),
                    BitField.of("reserved", 9, 2, entry, ""),
                    BitField.of("type", 1, 0, entry, valid ? "valid" : "invalid"));
        }
        int authority = Sun50iFormat.authority(entry);
        String meaning = authority < AUTHORITIES.size() ? AUTHORITIES.get(authority) : "not used by the driver";
        return List.of(
                BitField.of("page", 31, 12, entry, EntryWords.hex(format.output(level, entry))),
                BitField.of("reserved", 11, 8, entry, ""),
                BitField.of("ACI", 7, 4, entry, meaning),
                BitField.of("reserved", 3, 2, entry, ""),
                BitField.flag("valid", 1, entry, "valid", "invalid"),
                BitField.of("reserved", 0, 0, entry, ""));
    }
}
