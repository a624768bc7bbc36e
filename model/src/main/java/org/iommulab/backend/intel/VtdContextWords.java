package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** Root, context and PASID entries in words, their first 64 bits bit by bit. */
final class VtdContextWords {
    private VtdContextWords() {}

    static String sentence(VtdContext context, boolean scalable) {
        if (!context.present()) {
            return "Not present: every request of the device is refused.";
        }
        if (scalable) {
            return "The PASID directory of the device is at " + EntryWords.hex(context.pointer()) + ".";
        }
        return context.translationType() == VtdContext.PASS_THROUGH
                ? "Addresses pass as they are, domain " + context.domain() + "."
                : "Tables of " + VtdCaps.levels(context.addressWidth()) + " levels at "
                        + EntryWords.hex(context.pointer()) + ", domain " + context.domain() + ".";
    }

    static String sentence(VtdPasidEntry entry) {
        if (!entry.present()) {
            return "Not present: every request is refused.";
        }
        return switch (entry.type()) {
            case VtdPasidEntry.FIRST_LEVEL ->
                "First-level tables of " + (4 + entry.firstLevelMode()) + " levels at "
                        + EntryWords.hex(entry.firstLevelRoot()) + ", domain " + entry.domain() + ".";
            case VtdPasidEntry.SECOND_LEVEL ->
                "Second-level tables of " + VtdCaps.levels(entry.addressWidth()) + " levels at "
                        + EntryWords.hex(entry.secondLevelRoot()) + ", domain " + entry.domain() + ".";
            case VtdPasidEntry.PASS_THROUGH -> "Addresses pass as they are, domain " + entry.domain() + ".";
            case VtdPasidEntry.NESTED ->
                "Two stages: a guest's first-level tables at its address " + EntryWords.hex(entry.firstLevelRoot())
                        + ", and below them second-level tables at " + EntryWords.hex(entry.secondLevelRoot())
                        + ", domain " + entry.domain() + ".";
            default -> "A kind of translation that the unit does not have: refused.";
        };
    }

    /** The first word of an entry of this table. */
    static List<BitField> fields(String table, long word) {
        return switch (table) {
            case "context table" ->
                List.of(
                        BitField.of("pointer", 63, 12, word, EntryWords.hex(word & VtdLayout.ADDRESS)),
                        BitField.of("PDTS in scalable mode", 11, 9, word, ""),
                        BitField.of("ignored", 8, 4, word, ""),
                        BitField.of("TT in legacy mode", 3, 2, word, ""),
                        BitField.flag("FPD", 1, word, "faults are not recorded", "faults are recorded"),
                        present(word));
            case "PASID table" ->
                List.of(
                        BitField.of("SLPTPTR", 63, 12, word, EntryWords.hex(word & VtdLayout.ADDRESS)),
                        BitField.of("ignored", 11, 9, word, ""),
                        BitField.of("PGTT", 8, 6, word, ""),
                        BitField.of("ignored", 5, 5, word, ""),
                        BitField.of("AW", 4, 2, word, ""),
                        BitField.flag("FPD", 1, word, "faults are not recorded", "faults are recorded"),
                        present(word));
            default ->
                List.of(
                        BitField.of("table base", 63, 12, word, EntryWords.hex(word & VtdLayout.ADDRESS)),
                        BitField.of("ignored", 11, 1, word, ""),
                        present(word));
        };
    }

    private static BitField present(long word) {
        return BitField.flag("P", 0, word, "present", "not present");
    }
}
