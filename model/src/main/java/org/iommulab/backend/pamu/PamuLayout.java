package org.iommulab.backend.pamu;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of a PAMU and the words of its table entries (drivers/iommu/fsl_pamu.h). Bits only. */
public final class PamuLayout {
    // ---- registers; all are 32 bits wide and big endian, as the CPU is

    public static final int PPBAH = 0x000;
    public static final int PPBAL = 0x004;
    public static final int PPLAH = 0x008;
    public static final int PPLAL = 0x00c;
    public static final int SPBAH = 0x010;
    public static final int SPBAL = 0x014;
    public static final int SPLAH = 0x018;
    public static final int SPLAL = 0x01c;
    public static final int OBAH = 0x020;
    public static final int OBAL = 0x024;
    public static final int OLAH = 0x028;
    public static final int OLAL = 0x02c;
    public static final int POES1 = 0x040;
    public static final int POES2 = 0x044;
    public static final int POEAH = 0x048;
    public static final int POEAL = 0x04c;
    public static final int AVS1 = 0x050;
    public static final int AVS2 = 0x054;
    public static final int AVAH = 0x058;
    public static final int AVAL = 0x05c;
    public static final int UDAD = 0x090;
    public static final int PC = 0xc10;
    public static final int PICS = 0xc1c;

    /** The LIODN of a violation is in the upper half of AVS1. */
    public static final int AVS1_LIODN_SHIFT = 16;
    /** What the interrupt handler writes back to clear a violation. */
    public static final int AVS1_STATUS = 0x7fff;
    /** A violation is latched. */
    public static final int AVS1_AV = 1;

    /** The unit is enabled. */
    public static final int PC_PE = 1 << 30;
    /** Caches of the operation mapping table, of secondary and of primary entries. They snoop, so nothing flushes them. */
    public static final int PC_OCE = 1 << 12;

    public static final int PC_SPCC = 1 << 4;
    public static final int PC_PPCC = 1;

    /** Access violations interrupt the CPU. */
    public static final int PICS_AV_ENABLE = 1 << 2;
    /** An access violation is latched. */
    public static final int PICS_AV_STATUS = 1 << 3;

    // ---- an entry (PAACE): 16 words, of which the last 8 are reserved

    public static final int ENTRY_BYTES = 64;
    /** Entries that Linux gives the primary table (PAACE_NUMBER_ENTRIES). */
    public static final int PRIMARY_ENTRIES = 0x500;
    /** Entries that Linux gives the secondary table (SPAACE_NUMBER_ENTRIES), and does not use. */
    public static final int SECONDARY_ENTRIES = 0x800;
    /** 16 operation mapping entries of 128 bytes. */
    public static final int OMT_BYTES = 16 * 128;

    public static final int WBAH = 0x00;
    public static final int ADDR_BITFIELDS = 0x04;
    public static final int DOMAIN_ATTR = 0x08;
    public static final int IMPL_ATTR = 0x0c;
    public static final int TWBAH = 0x10;
    public static final int WIN_BITFIELDS = 0x14;
    public static final int FSPI = 0x18;
    public static final int OP_ENCODE = 0x1c;

    /** addr_bitfields and win_bitfields: address bits 31 to 12. */
    public static final int LOW_BASE = 0xffff_f000;
    /** addr_bitfields and win_bitfields: the window is 2^(this + 1) bytes long. */
    public static final int SIZE_SHIFT = 6;

    public static final int SIZE_MASK = 0x3f << SIZE_SHIFT;
    /** Several windows: the rest is in secondary entries. */
    public static final int MULTI_WINDOW = 1 << 5;

    public static final int ACCESS_SHIFT = 3;
    public static final int ACCESS_MASK = 3 << ACCESS_SHIFT;
    /** Reading is allowed. */
    public static final int ACCESS_QUERY = 1;
    /** Writing is allowed. */
    public static final int ACCESS_UPDATE = 2;

    public static final int VALID = 1;
    /** Domain attributes: coherency is required. */
    public static final int COHERENT = 0x80;

    public static final int STASH_SHIFT = 16;
    public static final int STASH_MASK = 0xff << STASH_SHIFT;
    public static final int SUBWINDOWS_SHIFT = 4;
    public static final int SUBWINDOWS_MASK = 0xf << SUBWINDOWS_SHIFT;
    public static final int TRANSLATE_SHIFT = 2;
    public static final int TRANSLATE_MASK = 3 << TRANSLATE_SHIFT;
    /** The address is used as it is. */
    public static final int TRANSLATE_NONE = 0;
    /** The window's base is exchanged. */
    public static final int TRANSLATE_WINDOW = 1;

    public static final int OPERATION_MASK = 3;
    public static final int OPERATION_INDEXED = 2;

    /** Size field of a window of 64 GiB, all that the chip can address. */
    public static final int SIZE_64_GIB = 35;
    /** Last address of that window. */
    public static final long LAST_ADDRESS = (1L << 36) - 1;

    /** The bypass register of the chip's global utilities, and where it is in them. */
    public static final int PAMUBYPENR = 0x604;

    private PamuLayout() {}

    /** Bit of a unit in {@link #PAMUBYPENR}: unit 0 has the highest. */
    public static int bypassBit(int unit) {
        return 1 << 31 - unit;
    }

    /**
     * Why an access is refused. Of the class bits in AVS1 only that of an unknown LIODN is in the driver; the others set
     * the lowest bit of the field that their name is from, which is unverified.
     *
     * @param words as a person says it
     */
    public enum Violation {
        /** Beyond the primary table (LAV). */
        UNKNOWN_LIODN(0x400, "LIODN not in the table"),
        /** Which bit a disabled entry sets is not known; none here. */
        DISABLED(0, "LIODN is disabled"),
        /** WAV, unverified. */
        WINDOW(1 << 7, "outside the window"),
        /** APV, unverified. */
        PERMISSION(1 << 3, "access not permitted"),
        /** The table is where no memory answers. That this is how a unit reports it is a reasonable model only. */
        NO_TABLE(0, "no memory at the table");

        private final int bits;
        private final String words;

        Violation(int bits, String words) {
            this.bits = bits;
            this.words = words;
        }

        public int bits() {
            return bits;
        }

        public String words() {
            return words;
        }
    }

    /** The registers that a person wants to see, in the order of their offsets. */
    public static final List<Register> REGISTERS = List.of(
            new Register("PPBAH", PPBAH),
            new Register("PPBAL", PPBAL),
            new Register("PPLAH", PPLAH),
            new Register("PPLAL", PPLAL),
            new Register("SPBAH", SPBAH),
            new Register("SPBAL", SPBAL),
            new Register("SPLAH", SPLAH),
            new Register("SPLAL", SPLAL),
            new Register("OBAH", OBAH),
            new Register("OBAL", OBAL),
            new Register("OLAH", OLAH),
            new Register("OLAL", OLAL),
            new Register("POES1", POES1),
            new Register("POES2", POES2),
            new Register("POEAH", POEAH),
            new Register("POEAL", POEAL),
            new Register("AVS1", AVS1),
            new Register("AVS2", AVS2),
            new Register("AVAH", AVAH),
            new Register("AVAL", AVAL),
            new Register("UDAD", UDAD),
            new Register("PC", PC),
            new Register("PICS", PICS));
}
