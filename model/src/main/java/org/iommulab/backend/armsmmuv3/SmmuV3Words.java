package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;

/** Stream table entries and context descriptors in words. */
final class SmmuV3Words {
    private static final List<String> CONFIGS =
            List.of("abort", "abort", "abort", "abort", "bypass", "stage 1", "stage 2", "stage 1, then stage 2");
    private static final List<String> GRANULES = List.of("4 KiB", "64 KiB", "16 KiB", "reserved");

    private SmmuV3Words() {}

    /** The fields of an entry's first word, from the top. */
    static List<BitField> fields(SmmuV3Ste ste) {
        long w0 = ste.w0();
        return List.of(
                BitField.of("S1CDMax", 63, 59, w0, "2^" + ste.cdMax() + " context descriptors"),
                BitField.of("reserved", 58, 52, w0, ""),
                BitField.of("S1ContextPtr", 51, 6, w0, EntryWords.hex(ste.cdTable())),
                BitField.of("S1Fmt", 5, 4, w0, ste.cdFormat() == 0 ? "linear" : "two levels"),
                BitField.of("Config", 3, 1, w0, CONFIGS.get(ste.config())),
                BitField.flag("V", 0, w0, "valid", "not valid"));
    }

    /** In a word or two. */
    static String kind(long word) {
        var ste = new SmmuV3Ste(word, 0, 0, 0);
        return ste.valid() ? CONFIGS.get(ste.config()) : "-";
    }

    static String sentence(int sid, SmmuV3Ste ste) {
        String name = "Stream " + EntryWords.hex(sid & 0xffff_ffffL);
        if (!ste.valid()) {
            return name + " has no valid entry: every access is refused.";
        }
        if (ste.aborts()) {
            return name + " may do nothing: every access is refused, and no event tells of it.";
        }
        return switch (ste.config()) {
            case SmmuV3Ste.BYPASS -> name + " passes untranslated.";
            case SmmuV3Ste.STAGE_ONE -> name + " has its context descriptors at " + EntryWords.hex(ste.cdTable()) + ".";
            case SmmuV3Ste.STAGE_TWO ->
                name + " goes through the stage 2 table at " + EntryWords.hex(ste.s2Table()) + ", VMID " + ste.vmid()
                        + ".";
            default ->
                name + " has its context descriptors at " + EntryWords.hex(ste.cdTable())
                        + ", an address that stage 2 translates, VMID " + ste.vmid() + ".";
        };
    }

    /** The fields of a descriptor's first word, from the top. */
    static List<BitField> fields(SmmuV3Cd cd) {
        long w0 = cd.w0();
        return List.of(
                BitField.of("ASID", 63, 48, w0, ""),
                BitField.flag("ASET", 47, w0, "ASID not shared", "ASID shared with the CPU"),
                BitField.flag("A", 46, w0, "faults end with an error", "faults end quietly"),
                BitField.flag("R", 45, w0, "faults are recorded", "faults are not recorded"),
                BitField.flag("S", 44, w0, "faults stall", "faults end the access"),
                BitField.of("HA, HD", 43, 42, w0, ""),
                BitField.flag("AA64", 41, w0, "64-bit tables", "32-bit tables"),
                BitField.of("others", 40, 36, w0, ""),
                BitField.flag("AFFD", 35, w0, "access flag ignored", "access flag counts"),
                BitField.of("IPS", 34, 32, w0, ""),
                BitField.flag("V", 31, w0, "valid", "not valid"),
                BitField.flag("EPD1", 30, w0, "upper half not walked", "upper half walked"),
                BitField.of("T1", 29, 16, w0, ""),
                BitField.flag("ENDI", 15, w0, "big endian", "little endian"),
                BitField.flag("EPD0", 14, w0, "not walked", "walked"),
                BitField.of("SH0, OR0, IR0", 13, 8, w0, ""),
                BitField.of("TG0", 7, 6, w0, GRANULES.get(cd.granule())),
                BitField.of("T0SZ", 5, 0, w0, cd.inputBits() + " bits of input"));
    }

    static String sentence(SmmuV3Cd cd) {
        return cd.valid()
                ? "Stage 1 goes through the table at " + EntryWords.hex(cd.table()) + ", ASID " + cd.asid() + "."
                : "No valid context descriptor: every access is refused.";
    }

    static String cdKind(long word) {
        return new SmmuV3Cd(word, 0, 0, 0).valid() ? "valid" : "-";
    }
}
