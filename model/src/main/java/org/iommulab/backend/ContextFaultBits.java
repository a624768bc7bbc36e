package org.iommulab.backend;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.hardware.BitField;

/**
 * The fault registers of a context bank of ARM's SMMU architecture version 2, in words. Every unit of that architecture
 * has them, whoever drives it (ARM IHI 0062, SMMU_CBn_FSR and SMMU_CBn_FSYNR0).
 */
public final class ContextFaultBits {
    public static final String FSR = "ARM SMMU architecture v2 (IHI 0062), SMMU_CBn_FSR";
    public static final String FSYNR0 = "ARM SMMU architecture v2 (IHI 0062), SMMU_CBn_FSYNR0";

    private static final int TRANSLATION = 1;
    private static final int ACCESS_FLAG = 2;
    private static final int PERMISSION = 3;
    private static final int WRITE = 4;

    private ContextFaultBits() {}

    public static List<BitField> status(long fsr) {
        return Bits.of(fsr)
                .ifSet("MULTI", 31, "there was another fault before this one was cleared")
                .ifSet("SS", 30, "the access is stalled until RESUME is written")
                .field("FORMAT", 10, 9, format -> switch ((int) format) {
                    case 0 -> "short descriptors";
                    case 1 -> "32-bit long descriptors (LPAE)";
                    case 2 -> "64-bit long descriptors (AArch64)";
                    default -> "reserved";
                })
                .ifSet("UUT", 8, "an access of a kind that the unit does not support")
                .ifSet("ASF", 7, "the output address is too large")
                .ifSet("TLBLKF", 6, "the TLB cannot lock an entry")
                .ifSet("TLBMCF", 5, "several TLB entries match")
                .ifSet("EF", 4, "an external error: a table could not be read")
                .flag("PF", PERMISSION, "a mapping is there, but does not allow this", "permission was not what failed")
                .flag("AFF", ACCESS_FLAG, "the entry's access flag is clear", "the access flag was not what failed")
                .flag("TF", TRANSLATION, "nothing is mapped there", "a translation was found")
                .list();
    }

    public static List<BitField> syndrome(long fsynr0) {
        return Bits.of(fsynr0)
                .field("S1CBNDX", 23, 16, bank -> "stage 1 context bank " + bank)
                .ifSet("AFR", 11, "told later than it happened")
                .ifSet("PTWF", 10, "while a table was walked")
                .flag("NSATTR", 8, "the access has the attribute non-secure", "the access has the attribute secure")
                .flag("IND", 6, "an instruction fetch", "data")
                .flag("PNU", 5, "privileged", "unprivileged")
                .flag("WNR", WRITE, "a write", "a read")
                .field("PLVL", 1, 0, level -> "the walk ended at level " + level)
                .list();
    }

    public static boolean isWrite(long fsynr0) {
        return (fsynr0 >>> WRITE & 1) != 0;
    }

    /** Why, in a half sentence. */
    public static String cause(long fsr) {
        if ((fsr >>> TRANSLATION & 1) != 0) {
            return "nothing is mapped there";
        }
        if ((fsr >>> PERMISSION & 1) != 0) {
            return "there is a mapping, but it does not allow this";
        }
        if ((fsr >>> ACCESS_FLAG & 1) != 0) {
            return "the entry's access flag is clear";
        }
        return (fsr & 0x1f0) == 0 ? "the status names no cause" : "an error, see the status bits";
    }
}
