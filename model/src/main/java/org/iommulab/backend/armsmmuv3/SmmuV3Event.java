package org.iommulab.backend.armsmmuv3;

import java.util.Arrays;
import java.util.Optional;

/** A record of the event queue (EVTQ_..., arm-smmu-v3.h; the architecture's chapter 7.3). */
public record SmmuV3Event(long w0, long w1, long w2, long w3) {
    public static final int BYTES = 32;

    private static final int SID = 32;
    private static final long STALL = 1L << 31;
    private static final int TAG_MASK = 0xffff;
    private static final long READ = 1L << 35;
    private static final long STAGE_TWO = 1L << 39;
    private static final int CLASS = 40;

    /** Kinds, by number. The driver has a name only for the four that translation makes. */
    public enum Type {
        F_UUT(0x01),
        C_BAD_STREAMID(0x02),
        F_STE_FETCH(0x03),
        C_BAD_STE(0x04),
        F_BAD_ATS_TREQ(0x05),
        F_STREAM_DISABLED(0x06),
        F_TRANSL_FORBIDDEN(0x07),
        C_BAD_SUBSTREAMID(0x08),
        F_CD_FETCH(0x09),
        C_BAD_CD(0x0a),
        F_WALK_EABT(0x0b),
        F_TRANSLATION(0x10),
        F_ADDR_SIZE(0x11),
        F_ACCESS(0x12),
        F_PERMISSION(0x13),
        F_TLB_CONFLICT(0x20),
        F_CFG_CONFLICT(0x21),
        E_PAGE_REQUEST(0x24);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }

        /** Whether a translation failed, so that address and kind of access are told. */
        boolean isTranslation() {
            return number >= F_TRANSLATION.number && number <= F_PERMISSION.number || this == F_WALK_EABT;
        }
    }

    private static final long SSV = 1 << 11;
    private static final int SSID = 12;

    /** What was read when it failed. */
    public enum Class {
        /** A context descriptor. */
        CD,
        /** A table of stage 1. */
        TTD,
        /** The access itself. */
        IN
    }

    /** About a stream's configuration. */
    public static SmmuV3Event ofStream(Type type, int sid, long address) {
        return new SmmuV3Event(type.number | (sid & 0xffff_ffffL) << SID, 0, address, 0);
    }

    /**
     * About a translation.
     *
     * @param what empty where the unit does not say
     * @param ipa what stage 2 was asked for; 0 in stage 1
     */
    public static SmmuV3Event ofTranslation(
            Type type, int sid, boolean write, boolean stageTwo, Optional<Class> what, long address, long ipa) {
        long w1 = (write ? 0 : READ)
                | (stageTwo ? STAGE_TWO : 0)
                | (long) what.map(Enum::ordinal).orElse(0) << CLASS;
        return new SmmuV3Event(type.number | (sid & 0xffff_ffffL) << SID, w1, address, ipa);
    }

    /** The same about one of the stream's substreams; nothing changes for an access without one. */
    public SmmuV3Event ofSubstream(int ssid) {
        return ssid < 0 ? this : new SmmuV3Event(w0 | SSV | (long) ssid << SSID, w1, w2, w3);
    }

    /** The same about an access that waits, and by which tag to answer for it. */
    public SmmuV3Event ofStall(int tag) {
        return new SmmuV3Event(w0, w1 | STALL | tag & TAG_MASK, w2, w3);
    }

    public long word(int index) {
        return switch (index) {
            case 0 -> w0;
            case 1 -> w1;
            case 2 -> w2;
            default -> w3;
        };
    }

    public int number() {
        return (int) w0 & 0xff;
    }

    /** Nothing for a number that means nothing. */
    public Optional<Type> type() {
        return Arrays.stream(Type.values()).filter(t -> t.number == number()).findFirst();
    }

    public int sid() {
        return (int) (w0 >>> SID);
    }

    public boolean stalled() {
        return (w1 & STALL) != 0;
    }

    /** STAG, of an access that waits. */
    public int stallTag() {
        return (int) w1 & TAG_MASK;
    }

    public boolean hasSubstream() {
        return (w0 & SSV) != 0;
    }

    public int substream() {
        return (int) (w0 >>> SSID) & 0xf_ffff;
    }

    public boolean stageTwo() {
        return (w1 & STAGE_TWO) != 0;
    }

    public boolean read() {
        return (w1 & READ) != 0;
    }

    public long address() {
        return w2;
    }
}
