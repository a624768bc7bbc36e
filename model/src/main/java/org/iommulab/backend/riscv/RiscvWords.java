package org.iommulab.backend.riscv;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** Entries of the device directory in words. */
final class RiscvWords {
    private RiscvWords() {}

    static List<BitField> directoryFields(long entry) {
        return List.of(
                BitField.of("reserved", 63, 54, entry, ""),
                BitField.of("PPN", 53, 10, entry, EntryWords.hex(RiscvLayout.address(entry))),
                BitField.of("reserved", 9, 1, entry, ""),
                BitField.flag("V", 0, entry, "valid", "not valid"));
    }

    static String directorySentence(long entry) {
        return (entry & RiscvDdt.V) == 0
                ? "Not valid: every access of these devices is refused."
                : "The next page of the directory is at " + EntryWords.hex(RiscvLayout.address(entry)) + ".";
    }

    /** The first word of a device context. */
    static List<BitField> contextFields(long tc) {
        return List.of(
                BitField.of("reserved", 63, 32, tc, ""),
                BitField.of("custom", 31, 24, tc, ""),
                BitField.of("reserved", 23, 12, tc, ""),
                BitField.flag("SXL", 11, tc, "32-bit tables", ""),
                BitField.flag("SBE", 10, tc, "big-endian tables", ""),
                BitField.flag("DPE", 9, tc, "a default process", ""),
                BitField.flag("SADE", 8, tc, "the unit sets A and D", "A and D are the driver's"),
                BitField.flag("GADE", 7, tc, "the same in the second stage", ""),
                BitField.flag("PRPR", 6, tc, "page responses with PASID", ""),
                BitField.flag("PDTV", 5, tc, "fsc is a process directory", "fsc is a first stage"),
                BitField.flag("DTF", 4, tc, "most faults leave no record", "faults are recorded"),
                BitField.flag("T2GPA", 3, tc, "ATS gives guest addresses", ""),
                BitField.flag("EN_PRI", 2, tc, "page requests", ""),
                BitField.flag("EN_ATS", 1, tc, "ATS", ""),
                BitField.flag("V", 0, tc, "valid", "not valid"));
    }

    static String sentence(RiscvDc dc, RiscvCaps caps) {
        if (!dc.valid()) {
            return "Not valid: every access of the device is refused.";
        }
        if (!dc.fits(caps)) {
            return "The unit cannot do what it asks for: every access of the device is refused.";
        }
        return dc.bare()
                ? "No first stage: addresses pass as they are."
                : "Tables of Sv" + (12 + 9 * dc.levels()) + " at " + EntryWords.hex(dc.root()) + ", PSCID " + dc.pscid()
                        + ".";
    }

    static String kind(long word) {
        return (word & 1) != 0 ? "valid" : "-";
    }
}
