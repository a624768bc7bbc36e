package org.iommulab.backend.pamu;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.pagetable.Prot;

/** An entry in words. */
final class PaaceWords {
    private PaaceWords() {}

    /** The fields of the word that says what is allowed, from the top; together they cover all its bits. */
    static List<BitField> fields(Paace entry) {
        long word = entry.addressBits() & 0xffff_ffffL;
        return List.of(
                BitField.of("WBAL", 31, 12, word, "window base, bits 31 to 12"),
                BitField.of("WSE", 11, 6, word, "window of " + size(entry.windowPower())),
                BitField.flag("MW", 5, word, "several subwindows", "one window"),
                BitField.of("AP", 4, 3, word, permissions(entry)),
                BitField.flag("DD", 2, word, "to I/O", "to memory"),
                BitField.flag("PT", 1, word, "secondary entry", "primary entry"),
                BitField.flag("V", 0, word, "valid", "not valid: every access is refused"));
    }

    static String permissions(Paace entry) {
        return Prot.letters((entry.permits(false) ? Prot.READ : 0) | (entry.permits(true) ? Prot.WRITE : 0));
    }

    /** {@code 64G rw}, {@code -}. */
    static String kind(Paace entry) {
        return entry.isValid() ? size(entry.windowPower()) + " " + permissions(entry) : "-";
    }

    static String sentence(Paace entry) {
        if (!entry.isValid()) {
            return "Not valid: this device reaches nothing.";
        }
        String window = "A window of " + size(entry.windowPower()) + " from " + EntryWords.hex(entry.windowBase());
        if (!entry.translates()) {
            return window + " without translation: addresses are physical.";
        }
        return window + " that comes out at " + EntryWords.hex(entry.translated(0)) + ".";
    }

    private static String size(int power) {
        return power > 62 ? "2^" + power : EntryWords.size(1L << power);
    }
}
