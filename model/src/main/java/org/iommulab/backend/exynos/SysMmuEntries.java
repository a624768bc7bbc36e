package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/**
 * The bit fields of the SysMMU's table entries, and what they say in words.
 *
 * @param format which of the two layouts
 */
record SysMmuEntries(SysMmuFormat format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        boolean v5 = format == SysMmuFormat.V5;
        return switch (format.kind(level, entry)) {
            case EMPTY -> List.of(BitField.of("ignored", 31, 2, entry, ""), type(level, entry));
            case TABLE ->
                List.of(
                        BitField.of(
                                "table base",
                                31,
                                v5 ? 6 : 10,
                                entry,
                                EntryWords.hex(format.tableAddress(level, entry))),
                        BitField.of("zero", v5 ? 5 : 9, 2, entry, ""),
                        type(level, entry));
            case LEAF, REPLICATED -> v5 ? leafV5(level, entry) : leafV3(level, entry);
        };
    }

    private static List<BitField> leafV3(int level, long entry) {
        boolean section = level == 0;
        int frame = section ? 20 : SysMmuFormat.V1_V3.leafBytes(level, entry) == SysMmuFormat.SMALL_PAGE ? 12 : 16;
        int ap = section ? 10 : 4;
        String base = EntryWords.hex(SysMmuFormat.V1_V3.output(level, entry));
        return List.of(
                BitField.of("frame", 31, frame, entry, base),
                BitField.of("zero", frame - 1, ap + 6, entry, ""),
                BitField.flag("APX", ap + 5, entry, "read only", "read and write"),
                BitField.of("zero", ap + 4, ap + 1, entry, ""),
                BitField.flag("AP", ap, entry, "access", "no access"),
                BitField.of("zero", ap - 1, 2, entry, ""),
                type(level, entry));
    }

    private static List<BitField> leafV5(int level, long entry) {
        boolean section = level == 0;
        int frame = section ? 16 : SysMmuFormat.V5.leafBytes(level, entry) == SysMmuFormat.SMALL_PAGE ? 8 : 12;
        int read = section ? 4 : 2;
        String base = EntryWords.hex(SysMmuFormat.V5.output(level, entry));
        var frameField = BitField.of("frame", 31, frame, entry, base);
        var zero = BitField.of("zero", frame - 1, read + 2, entry, "");
        var write = BitField.flag("write", read + 1, entry, "may write", "may not write");
        var readable = BitField.flag("read", read, entry, "may read", "may not read");
        return section
                ? List.of(frameField, zero, write, readable, BitField.of("zero", 3, 2, entry, ""), type(level, entry))
                : List.of(frameField, zero, write, readable, type(level, entry));
    }

    private static BitField type(int level, long entry) {
        int type = (int) entry & 3;
        String meaning = level == 0
                ? List.of("fault", "link", "section", "reserved: fault").get(type)
                : List.of("fault", "large page", "small page", "small page").get(type);
        return BitField.of("type", 1, 0, entry, meaning);
    }
}
