package org.iommulab.backend.armsmmuv3;

/**
 * A context descriptor: stage 1 for a stream's substream (arm-smmu-v3.h, CTXDESC_CD_...). Of its eight words the driver
 * uses the first four.
 */
public record SmmuV3Cd(long w0, long w1, long w2, long w3) {
    public static final int BYTES = 64;
    public static final int WORDS = 4;

    static final int TG0 = 6;
    static final int IR0 = 8;
    static final int OR0 = 10;
    static final int SH0 = 12;
    static final long EPD0 = 1L << 14;
    static final long ENDI = 1L << 15;
    static final long EPD1 = 1L << 30;
    static final long V = 1L << 31;
    static final int IPS = 32;
    static final long AFFD = 1L << 35;
    static final long AA64 = 1L << 41;
    static final long S = 1L << 44;
    static final long R = 1L << 45;
    static final long A = 1L << 46;
    static final long ASET = 1L << 47;
    static final int ASID = 48;
    static final long TTB0 = 0x000f_ffff_ffff_fff0L;

    // A table of two levels: 1024 descriptors in each of the second, of 64 KiB.
    static final int L2_SHIFT = 10;
    static final long L1_V = 1;
    static final long L1_ADDRESS = 0x000f_ffff_ffff_f000L;

    public static SmmuV3Cd of(long... words) {
        return new SmmuV3Cd(words[0], words[1], words[2], words[3]);
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

    public boolean aarch64() {
        return (w0 & AA64) != 0;
    }

    public boolean bigEndian() {
        return (w0 & ENDI) != 0;
    }

    /** Whether nothing is translated: every access ends in a translation fault. */
    public boolean walksDisabled() {
        return (w0 & EPD0) != 0;
    }

    public int inputBits() {
        return 64 - (int) (w0 & 0x3f);
    }

    /** 0 is 4 KiB, 1 is 64 KiB, 2 is 16 KiB. */
    public int granule() {
        return (int) (w0 >>> TG0) & 3;
    }

    public int outputSize() {
        return (int) (w0 >>> IPS) & 7;
    }

    /** Whether an access flag that is not set is no fault. */
    public boolean accessFlagIgnored() {
        return (w0 & AFFD) != 0;
    }

    /** Where accesses of the device wait after a fault (master.stall_enabled). */
    SmmuV3Cd stalling(boolean waits) {
        return waits ? new SmmuV3Cd(w0 | S, w1, w2, w3) : this;
    }

    public boolean stalls() {
        return (w0 & S) != 0;
    }

    /** Whether faults become events. */
    public boolean records() {
        return (w0 & R) != 0;
    }

    /** Whether a refused access ends with an error; else reads give 0 and writes are lost. */
    public boolean abortsAccess() {
        return (w0 & A) != 0;
    }

    public int asid() {
        return (int) (w0 >>> ASID) & 0xffff;
    }

    public long table() {
        return w1 & TTB0;
    }
}
