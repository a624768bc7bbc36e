package org.iommulab.backend.armsmmuv3;

/**
 * A stream table entry: the first four of its eight words, the others are not used here (arm-smmu-v3.h,
 * STRTAB_STE_...).
 */
public record SmmuV3Ste(long w0, long w1, long w2, long w3) {
    public static final int BYTES = 64;
    public static final int WORDS = 4;

    public static final int ABORT = 0;
    public static final int BYPASS = 4;
    public static final int STAGE_ONE = 5;
    public static final int STAGE_TWO = 6;
    public static final int NESTED = 7;

    // Word 0
    static final long V = 1;
    static final int CONFIG = 1;
    static final long CONFIG_MASK = 7L << CONFIG;
    static final int S1FMT = 4;
    static final int FORMAT_TWO_LEVELS = 2;
    static final long S1CONTEXTPTR = 0x000f_ffff_ffff_ffc0L;
    static final int S1CDMAX = 59;

    // Word 1
    static final int DSS_TERMINATE = 0;
    static final int DSS_BYPASS = 1;
    static final int DSS_SSID0 = 2;
    /** Context descriptors are read as write-back, read-allocate, inner shareable. */
    static final long CD_CACHED = 1L << 2 | 1L << 4 | 3L << 6;

    static final long S1STALLD = 1L << 27;
    static final int EATS = 28;
    static final int STRW = 30;
    static final long STRW_EL2 = 2L << STRW;
    static final long SHCFG_INCOMING = 1L << 44;

    // Word 2
    static final long VMID = 0xffff;
    static final int VTCR = 32;
    static final long S2AA64 = 1L << 51;
    static final long S2ENDI = 1L << 52;
    static final long S2PTW = 1L << 54;
    static final long S2S = 1L << 57;
    static final long S2R = 1L << 58;

    // Word 3
    static final long S2TTB = 0x000f_ffff_ffff_fff0L;

    public static SmmuV3Ste of(long... words) {
        return new SmmuV3Ste(words[0], words[1], words[2], words[3]);
    }

    public long word(int index) {
        return switch (index) {
            case 0 -> w0;
            case 1 -> w1;
            case 2 -> w2;
            default -> w3;
        };
    }

    public boolean valid() {
        return (w0 & V) != 0;
    }

    /** What is done with the stream: bit 2 says that accesses go on at all, bits 0 and 1 name the stages. */
    public int config() {
        return (int) (w0 >>> CONFIG) & 7;
    }

    /** Whether every access is refused without a word. */
    public boolean aborts() {
        return config() < BYPASS;
    }

    public boolean stageOne() {
        return (config() & BYPASS) != 0 && (config() & 1) != 0;
    }

    public boolean stageTwo() {
        return (config() & BYPASS) != 0 && (config() & 2) != 0;
    }

    public int cdFormat() {
        return (int) (w0 >>> S1FMT) & 3;
    }

    public long cdTable() {
        return w0 & S1CONTEXTPTR;
    }

    /** log2 of the number of context descriptors. */
    public int cdMax() {
        return (int) (w0 >>> S1CDMAX) & 31;
    }

    /** What becomes of accesses without a substream, where there are several descriptors. */
    public int defaultSubstream() {
        return (int) w1 & 3;
    }

    public boolean stallsDisabled() {
        return (w1 & S1STALLD) != 0;
    }

    public int streamWorld() {
        return (int) (w1 >>> STRW) & 3;
    }

    public int vmid() {
        return (int) (w2 & VMID);
    }

    // ---- stage 2

    private int vtcr(int low, int bits) {
        return (int) (w2 >>> VTCR + low) & (1 << bits) - 1;
    }

    public int s2InputBits() {
        return 64 - vtcr(0, 6);
    }

    /** SL0: counts levels from below, see {@link #s2Granule}. */
    public int s2StartLevel() {
        return vtcr(6, 2);
    }

    /** 0 is 4 KiB, 1 is 64 KiB, 2 is 16 KiB. */
    public int s2Granule() {
        return vtcr(14, 2);
    }

    public int s2OutputSize() {
        return vtcr(16, 3);
    }

    public boolean s2Aarch64() {
        return (w2 & S2AA64) != 0;
    }

    public boolean s2BigEndian() {
        return (w2 & S2ENDI) != 0;
    }

    public boolean s2Records() {
        return (w2 & S2R) != 0;
    }

    /** Of stage 2: where accesses of the device wait after a fault. */
    SmmuV3Ste stalling(boolean waits) {
        return waits ? new SmmuV3Ste(w0, w1, w2 | S2S, w3) : this;
    }

    public boolean s2Stalls() {
        return (w2 & S2S) != 0;
    }

    public long s2Table() {
        return w3 & S2TTB;
    }
}
