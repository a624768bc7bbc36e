package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.pagetable.Prot;

/** A device table entry in words. */
final class AmdDteWords {
    private AmdDteWords() {}

    /** The fields of the first word, from the top. */
    static List<BitField> fields(AmdDte dte) {
        long d0 = dte.d0();
        return List.of(
                BitField.of("reserved", 63, 63, d0, ""),
                BitField.flag("IW", 62, d0, "may write", "may not write"),
                BitField.flag("IR", 61, d0, "may read", "may not read"),
                BitField.of("GCR3 14:12", 60, 58, d0, "GCR3 table at " + EntryWords.hex(dte.gcr3())),
                BitField.of("GLX", 57, 56, d0, dte.gcr3Levels() + " levels of GCR3"),
                BitField.flag("GV", 55, d0, "guest tables", ""),
                BitField.flag("GIOV", 54, d0, "without PASID, too", ""),
                BitField.of("reserved", 53, 53, d0, ""),
                BitField.flag("PPR", 52, d0, "may ask for pages", ""),
                BitField.of("host table", 51, 12, d0, EntryWords.hex(dte.root())),
                BitField.of("Mode", 11, 9, d0, mode(dte.mode())),
                BitField.of("HAD", 8, 7, d0, ""),
                BitField.of("reserved", 6, 2, d0, ""),
                BitField.flag("TV", 1, d0, "translation is said", "translation is not said"),
                BitField.flag("V", 0, d0, "valid", "not valid: all passes"));
    }

    private static String mode(int mode) {
        return switch (mode) {
            case 0 -> "no host table";
            case 7 -> "reserved";
            default -> mode + " levels";
        };
    }

    /** In a word or two. */
    static String kind(AmdDte dte) {
        if (!dte.valid()) {
            return "-";
        }
        if (dte.refuses()) {
            return "blocked";
        }
        String table = dte.guestTranslation() ? "guest table" : dte.mode() == 0 ? "identity" : "host table";
        return table + " " + Prot.letters(dte.prot());
    }

    static String sentence(int device, AmdDte dte) {
        String name = "Device " + AmdEvent.deviceName(device);
        if (!dte.valid()) {
            return name + " has no valid entry: its accesses pass untranslated.";
        }
        String domain = " In domain " + dte.domain() + ".";
        return switch (kind(dte)) {
            case "blocked" -> name + " may do nothing: every access is refused." + domain;
            case "identity rw", "identity r", "identity w" -> name + " passes untranslated." + domain;
            default ->
                dte.guestTranslation()
                        ? name + " goes through the GCR3 table at " + EntryWords.hex(dte.gcr3()) + "." + domain
                        : name + " goes through the host table at " + EntryWords.hex(dte.root()) + ", Mode "
                                + dte.mode() + "." + domain;
        };
    }
}
