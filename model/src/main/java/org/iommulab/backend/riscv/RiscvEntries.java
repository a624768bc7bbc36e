package org.iommulab.backend.riscv;

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
                BitField.flag("D", 7, entry, "may be written to now", "clean"),
                BitField.flag("A", 6, entry, "may be used now", "not accessed"),
                BitField.flag("G", 5, entry, "global", ""),
                BitField.flag("U", 4, entry, "for devices", "not for devices"),
                BitField.flag("X", 3, entry, "executable", "-"),
                BitField.flag("W", 2, entry, "writable", "-"),
                BitField.flag("R", 1, entry, "readable", "-"),
                BitField.flag("V", 0, entry, "valid", "not valid"));
    }

    @Override
    public String sentence(int level, long entry) {
        if ((entry & RiscvFormat.V) != 0
                && (entry & RiscvFormat.R) == 0
                && (entry & (RiscvFormat.W | RiscvFormat.X)) != 0) {
            return "Valid, but nothing that may be read: a page fault.";
        }
        return EntryWords.super.sentence(level, entry).replace("level " + (level + 2), "level "
                + (format.number(level) - 1));
    }
}
