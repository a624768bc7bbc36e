package org.iommulab.hardware.lpae;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;

/**
 * The bit fields of ARM's long descriptors, and what they say in words (Arm Architecture Reference Manual, VMSAv8-64
 * translation table format descriptors). For Mali, what io-pgtable-arm uses of them.
 *
 * @param format which of the variants, and which granule
 */
public record LpaeEntries(LpaeFormat format) implements EntryWords {
    private static final int TOP = 47;
    private static final List<String> SHAREABILITY = List.of("not shared", "reserved", "outer shared", "inner shared");
    private static final List<String> INDICES = List.of("not cached", "write back", "device", "outer write back only");

    @Override
    public List<BitField> fields(int level, long entry) {
        return switch (format.kind(level, entry)) {
            case EMPTY -> List.of(BitField.of("ignored", 63, 2, entry, ""), type(level, entry));
            case TABLE -> table(level, entry);
            case LEAF, REPLICATED -> leaf(level, entry);
        };
    }

    private LpaeVariant variant() {
        return format.config().variant();
    }

    /** Takes fields from the top of an entry down; one without bits is left out. */
    private static final class Cut {
        private final long entry;
        private final List<BitField> fields = new ArrayList<>();

        private Cut(long entry) {
            this.entry = entry;
        }

        private Cut field(String name, int high, int low, String meaning) {
            if (high >= low) {
                fields.add(BitField.of(name, high, low, entry, meaning));
            }
            return this;
        }

        private Cut flag(String name, int bit, String set, String clear) {
            fields.add(BitField.flag(name, bit, entry, set, clear));
            return this;
        }

        private int number(int high, int low) {
            return (int) (entry >>> low) & (1 << high - low + 1) - 1;
        }

        /** The address, down to bit 12; with the big granule its top bits are at the bottom. */
        private Cut address(String name, int lowest, boolean bigGranule, String meaning) {
            field("zero", 50, TOP + 1, "").field(name, TOP, lowest, meaning);
            return bigGranule
                    ? field("zero", lowest - 1, 16, "").field(name + " 51:48", 15, 12, "")
                    : field("zero", lowest - 1, 12, "");
        }
    }

    private boolean bigGranule() {
        return format.granuleShift() == 16;
    }

    private List<BitField> table(int level, long entry) {
        String base = EntryWords.hex(format.tableAddress(level, entry));
        var cut = new Cut(entry);
        if (variant().isStageOne()) {
            cut.flag("NSTable", 63, "non-secure", "as the unit says").field("limits below", 62, 59, "");
        } else {
            cut.field("zero", 63, 59, "");
        }
        cut.field("ignored", 58, 56, "")
                .flag("software", 55, "cleaned to memory", "")
                .field("ignored", 54, 51, "")
                .address("table base", format.granuleShift(), bigGranule(), base)
                .field("ignored", 11, 2, "");
        return with(cut, level);
    }

    private List<BitField> leaf(int level, long entry) {
        var cut = new Cut(entry);
        cut.field("ignored", 63, 55, "")
                .field("XN", 54, 53, (format.prot(level, entry) & Prot.NOEXEC) != 0 ? "never execute" : "")
                .flag("contiguous", 52, "one of a row", "")
                .flag("DBM", 51, "dirty state kept", "")
                .address("output", format.indexShift(level), bigGranule(), EntryWords.hex(format.output(level, entry)));
        if (variant().isStageOne()) {
            cut.flag("nG", 11, "of one ASID", "global");
        } else {
            cut.field("zero", 11, 11, "");
        }
        if (variant() == LpaeVariant.MALI) {
            cut.field("zero", 10, 10, "");
        } else {
            cut.flag("AF", 10, "accessed", "access flag fault");
        }
        cut.field("SH", 9, 8, SHAREABILITY.get(cut.number(9, 8)));
        if (variant().isStageOne()) {
            cut.flag("AP[2]", 7, "read only", "read and write")
                    .flag("AP[1]", 6, "unprivileged too", "privileged only")
                    .flag("NS", 5, "non-secure", "as the unit says");
        } else {
            cut.flag("write", 7, "may write", "may not write").flag("read", 6, "may read", "may not read");
        }
        return with(memory(cut), level);
    }

    private Cut memory(Cut cut) {
        if (variant().isStageTwo()) {
            int attribute = cut.number(5, 2);
            return cut.field(
                    "MemAttr",
                    5,
                    2,
                    attribute == 15 ? "write back" : attribute == 5 ? "not cached" : attribute < 4 ? "device" : "");
        }
        if (variant() == LpaeVariant.MALI) {
            cut.field("zero", 5, 5, "");
        }
        int index = cut.number(4, 2);
        boolean named = index < INDICES.size() && variant().isStageOne();
        return cut.field("AttrIndx", 4, 2, named ? INDICES.get(index) : "");
    }

    private List<BitField> with(Cut cut, int level) {
        cut.fields.add(type(level, cut.entry));
        return List.copyOf(cut.fields);
    }

    private BitField type(int level, long entry) {
        String meaning = switch (format.kind(level, entry)) {
            case EMPTY -> (entry & 1) == 0 ? "fault" : "reserved: fault";
            case TABLE -> "table";
            case LEAF, REPLICATED -> level + 1 == format.levels() ? "page" : "block";
        };
        return BitField.of("type", 1, 0, entry, meaning);
    }
}
