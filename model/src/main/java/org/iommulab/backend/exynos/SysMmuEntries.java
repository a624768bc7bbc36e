package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.pagetable.Prot;

/** The bit fields of table entries and of input addresses, and what they say in words. */
final class SysMmuEntries {
    private SysMmuEntries() {}

    /** The fields of an entry, from the top. */
    static List<BitField> fields(SysMmuFormat format, int level, long entry) {
        boolean v5 = format == SysMmuFormat.V5;
        return switch (format.kind(level, entry)) {
            case EMPTY -> List.of(field("ignored", 31, 2, entry, ""), type(level, entry));
            case TABLE ->
                List.of(
                        field("table base", 31, v5 ? 6 : 10, entry, hex(format.tableAddress(level, entry))),
                        field("zero", v5 ? 5 : 9, 2, entry, ""),
                        type(level, entry));
            case LEAF, REPLICATED -> v5 ? leafV5(level, entry) : leafV3(level, entry);
        };
    }

    private static List<BitField> leafV3(int level, long entry) {
        boolean section = level == 0;
        int frame = section ? 20 : SysMmuFormat.V1_V3.leafBytes(level, entry) == SysMmuFormat.SMALL_PAGE ? 12 : 16;
        int ap = section ? 10 : 4;
        String base = hex(SysMmuFormat.V1_V3.output(level, entry));
        return List.of(
                field("frame", 31, frame, entry, base),
                field("zero", frame - 1, ap + 6, entry, ""),
                field("APX", ap + 5, ap + 5, entry, bit(entry, ap + 5) ? "read only" : "read and write"),
                field("zero", ap + 4, ap + 1, entry, ""),
                field("AP", ap, ap, entry, bit(entry, ap) ? "access" : "no access"),
                field("zero", ap - 1, 2, entry, ""),
                type(level, entry));
    }

    private static List<BitField> leafV5(int level, long entry) {
        boolean section = level == 0;
        int frame = section ? 16 : SysMmuFormat.V5.leafBytes(level, entry) == SysMmuFormat.SMALL_PAGE ? 8 : 12;
        int read = section ? 4 : 2;
        String base = hex(SysMmuFormat.V5.output(level, entry));
        var frameField = field("frame", 31, frame, entry, base);
        var zero = field("zero", frame - 1, read + 2, entry, "");
        var write = field("write", read + 1, read + 1, entry, bit(entry, read + 1) ? "may write" : "may not write");
        var readable = field("read", read, read, entry, bit(entry, read) ? "may read" : "may not read");
        return section
                ? List.of(frameField, zero, write, readable, field("zero", 3, 2, entry, ""), type(level, entry))
                : List.of(frameField, zero, write, readable, type(level, entry));
    }

    private static BitField type(int level, long entry) {
        int type = (int) entry & 3;
        String meaning = level == 0
                ? List.of("fault", "link", "section", "reserved: fault").get(type)
                : List.of("fault", "large page", "small page", "small page").get(type);
        return field("type", 1, 0, entry, meaning);
    }

    /** What an entry is, in a word or two: {@code table}, {@code 4K rw}, {@code -}. */
    static String kind(SysMmuFormat format, int level, long entry) {
        return switch (format.kind(level, entry)) {
            case EMPTY -> "-";
            case TABLE -> "table";
            case LEAF, REPLICATED ->
                size(format.leafBytes(level, entry)) + " " + Prot.letters(format.prot(level, entry));
        };
    }

    /** The entry in one sentence. */
    static String sentence(SysMmuFormat format, int level, long entry) {
        return switch (format.kind(level, entry)) {
            case EMPTY -> "Nothing is mapped here: a page fault.";
            case TABLE -> "Points at the level 2 table at " + hex(format.tableAddress(level, entry)) + ".";
            case LEAF, REPLICATED ->
                "Maps " + size(format.leafBytes(level, entry)) + " at " + hex(format.output(level, entry))
                        + access(format.prot(level, entry)) + ".";
        };
    }

    private static String access(int prot) {
        return switch (prot & (Prot.READ | Prot.WRITE)) {
            case Prot.READ | Prot.WRITE -> ", to read and write";
            case Prot.READ -> ", to read only";
            case Prot.WRITE -> ", to write only";
            default -> ", with no access allowed";
        };
    }

    /** An input address, split for a page of this size. */
    static List<BitField> address(long input, long pageBytes) {
        var first = field("level 1 index", 31, 20, input, "");
        if (pageBytes == SysMmuFormat.SECTION) {
            return List.of(first, field("offset", 19, 0, input, ""));
        }
        return List.of(first, field("level 2 index", 19, 12, input, ""), field("offset", 11, 0, input, ""));
    }

    static String size(long bytes) {
        return bytes >= SysMmuFormat.SECTION ? (bytes >> 20) + "M" : (bytes >> 10) + "K";
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static boolean bit(long entry, int bit) {
        return (entry >>> bit & 1) != 0;
    }

    private static BitField field(String name, int high, int low, long entry, String meaning) {
        return new BitField(name, high, low, entry >>> low & (1L << high - low + 1) - 1, meaning);
    }
}
