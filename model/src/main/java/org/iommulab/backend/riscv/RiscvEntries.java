package org.iommulab.backend.riscv;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** The bits of a page table's entry in words. */
record RiscvEntries(RiscvFormat format) implements EntryWords {
    @Override
    public List<BitField> fields(int level, long entry) {
        boolean leaf = format.kind(level, entry) == RiscvFormat.Kind.LEAF;
        long address = leaf ? format.output(level, entry) : format.tableAddress(level, entry);
        return List.of(
                BitField.flag("N", 63, entry, "part of a larger page", ""),
                BitField.of("PBMT", 62, 61, entry, ""),
                BitField.of("reserved", 60, 54, entry, ""),
                BitField.of("PPN", 53, 10, entry, EntryWords.hex(address)),
                BitField.of("software", 9, 8, entry, ""),
                BitField.flag("D", 7, entry, "may be written to now", leaf ? "clean" : ""),
                BitField.flag("A", 6, entry, "may be used now", leaf ? "not accessed" : ""),
                BitField.flag("G", 5, entry, "global", ""),
                BitField.flag("U", 4, entry, "for devices", leaf ? "not for devices" : ""),
                BitField.flag("X", 3, entry, "executable", ""),
                BitField.flag("W", 2, entry, "may be written", ""),
                BitField.flag("R", 1, entry, "may be read", leaf ? "" : "with W and X clear: a table"),
                BitField.flag("V", 0, entry, "valid", "not valid"));
    }

    /** {@inheritDoc} Levels are counted as the specification does, from the bottom. */
    @Override
    public List<BitField> address(long input, int lastLevel, long pageBytes) {
        var fields = new ArrayList<BitField>();
        for (int level = 0; level <= lastLevel; level++) {
            int low = format.indexShift(level);
            String name = "level " + format.number(level) + " index";
            fields.add(BitField.of(name, low + format.indexBits(level) - 1, low, input, ""));
        }
        fields.add(BitField.of("offset", format.indexShift(lastLevel) - 1, 0, input, ""));
        return fields;
    }

    @Override
    public String sentence(int level, long entry) {
        if ((entry & RiscvFormat.V) != 0
                && (entry & RiscvFormat.R) == 0
                && (entry & (RiscvFormat.W | RiscvFormat.X)) != 0) {
            return "Valid, but nothing that may be read: a page fault.";
        }
        return EntryWords.super
                .sentence(level, entry)
                .replace("level " + (level + 2), "level " + (format.number(level) - 1));
    }
}
