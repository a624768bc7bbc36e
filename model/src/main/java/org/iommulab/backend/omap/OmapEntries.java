package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.TableFormat.Kind;

/** The bit fields of the OMAP IOMMU's table entries, and what they say in words. */
record OmapEntries(TableFormat format) implements EntryWords {
    private static final List<String> SIZES = List.of("8 bits", "16 bits", "32 bits", "none");
    /** Section entries have the attributes of pages, 6 bits higher. */
    private static final int SECTION_SHIFT = 6;

    @Override
    public List<BitField> fields(int level, long entry) {
        int type = (int) entry & 3;
        String meaning = level == 0
                ? List.of("fault", "table", "section", "fault").get(type)
                : List.of("fault", "large page", "small page", "small page").get(type);
        var typeField = BitField.of("type", 1, 0, entry, meaning);
        return switch (format.kind(level, entry)) {
            case EMPTY -> List.of(BitField.of("ignored", 31, 2, entry, ""), typeField);
            case TABLE ->
                List.of(
                        BitField.of("table", 31, 10, entry, EntryWords.hex(format.tableAddress(level, entry))),
                        BitField.of("zero", 9, 2, entry, ""),
                        typeField);
            case LEAF, REPLICATED -> leaf(level, entry, typeField);
        };
    }

    private List<BitField> leaf(int level, long entry, BitField type) {
        boolean section = level == 0;
        int up = section ? SECTION_SHIFT : 0;
        int frame = Long.numberOfTrailingZeros(format.leafBytes(level, entry));
        int above = section ? 18 : 11;
        var fields = new ArrayList<BitField>();
        fields.add(BitField.of("frame", 31, frame, entry, EntryWords.hex(format.output(level, entry))));
        if (frame > above + 1) {
            fields.add(BitField.of("zero", frame - 1, above + 1, entry, ""));
        }
        if (section) {
            fields.add(BitField.flag("super", 18, entry, "16 MiB", "1 MiB"));
        }
        fields.add(BitField.flag("mixed", 11 + up, entry, "mixed", "not mixed"));
        fields.add(BitField.of("zero", 10 + up, 10 + up, entry, ""));
        fields.add(BitField.flag("endian", 9 + up, entry, "big", "little"));
        fields.add(BitField.of("zero", 8 + up, 6 + up, entry, ""));
        fields.add(BitField.of("element", 5 + up, 4 + up, entry, SIZES.get((int) (entry >>> 4 + up) & 3)));
        fields.add(BitField.of("zero", 3 + up, 2, entry, ""));
        fields.add(type);
        return fields;
    }

    /** Says what a large page is, for its size alone would not tell that it stands in 16 entries. */
    @Override
    public String sentence(int level, long entry) {
        String sentence = EntryWords.super.sentence(level, entry);
        return format.kind(level, entry) == Kind.REPLICATED ? sentence + " One of 16 equal entries." : sentence;
    }
}
