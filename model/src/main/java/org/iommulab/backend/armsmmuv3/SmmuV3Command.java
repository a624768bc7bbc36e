package org.iommulab.backend.armsmmuv3;

/** A command, as the queue holds it (arm_smmu_cmdq_build_cmd; the architecture's chapter 4). */
public record SmmuV3Command(long low, long high) {
    public static final int BYTES = 16;

    private static final int SID = 32;
    private static final int SSID = 12;
    private static final long SSV = 1L << 11;
    private static final int ASID = 48;
    private static final int VMID = 32;
    private static final int NUM = 12;
    private static final int SCALE = 20;
    private static final int TTL = 8;
    private static final int TG = 10;
    private static final long LEAF = 1;
    private static final long PAGE = -4096;
    private static final long IPA = 0x000f_ffff_ffff_f000L;
    /** CFGI_STE_RANGE with this range is CFGI_ALL. */
    private static final int ALL_IDS = 31;

    private static final int SIGNAL = 12;
    private static final int SIGNAL_IRQ = 1;
    private static final int SIGNAL_SEV = 2;
    private static final int INNER_SHAREABLE = 3;
    private static final int MSI_SHARE = 22;
    private static final int MSI_ATTR = 24;
    private static final int WRITE_BACK = 15;
    private static final int RESPONSE = 12;
    private static final long MSI_ADDRESS = 0x000f_ffff_ffff_fffcL;

    /** What to do, by its number. */
    public enum Opcode {
        PREFETCH_CFG(0x01),
        PREFETCH_ADDR(0x02),
        CFGI_STE(0x03),
        CFGI_ALL(0x04),
        CFGI_CD(0x05),
        CFGI_CD_ALL(0x06),
        TLBI_NH_ALL(0x10),
        TLBI_NH_ASID(0x11),
        TLBI_NH_VA(0x12),
        TLBI_NH_VAA(0x13),
        TLBI_EL2_ALL(0x20),
        TLBI_EL2_ASID(0x21),
        TLBI_EL2_VA(0x22),
        TLBI_S12_VMALL(0x28),
        TLBI_S2_IPA(0x2a),
        TLBI_NSNH_ALL(0x30),
        ATC_INV(0x40),
        PRI_RESP(0x41),
        RESUME(0x44),
        CMD_SYNC(0x46),
        ILLEGAL(-1);

        private final int number;

        Opcode(int number) {
            this.number = number;
        }

        static Opcode of(int number) {
            for (Opcode opcode : values()) {
                if (opcode.number == number) {
                    return opcode;
                }
            }
            return ILLEGAL;
        }
    }

    /**
     * Pages of a TLB invalidation.
     *
     * @param count less one, of units of 2^scale pages; both 0 without range invalidation
     * @param granule 1 for 4 KiB, 2 for 16 KiB, 3 for 64 KiB; 0 for one page of whatever size
     * @param level where the leaf is, 0 for anywhere
     * @param leaf whether what is kept of upper levels may stay
     */
    public record Pages(long address, int count, int scale, int granule, int level, boolean leaf) {}

    private static SmmuV3Command of(Opcode opcode, long low, long high) {
        return new SmmuV3Command(low | opcode.number, high);
    }

    private static long stream(int sid) {
        return (sid & 0xffff_ffffL) << SID;
    }

    public static SmmuV3Command prefetch(int sid) {
        return of(Opcode.PREFETCH_CFG, stream(sid), 0);
    }

    /** @param leaf whether the first level of the stream table has not changed */
    public static SmmuV3Command forgetSte(int sid, boolean leaf) {
        return of(Opcode.CFGI_STE, stream(sid), leaf ? LEAF : 0);
    }

    public static SmmuV3Command forgetAllConfigs() {
        return of(Opcode.CFGI_ALL, 0, ALL_IDS);
    }

    public static SmmuV3Command forgetCd(int sid, int ssid, boolean leaf) {
        return of(Opcode.CFGI_CD, stream(sid) | (long) ssid << SSID, leaf ? LEAF : 0);
    }

    public static SmmuV3Command forgetAll(Opcode opcode) {
        return of(opcode, 0, 0);
    }

    public static SmmuV3Command forgetAsid(int asid, boolean hostExtension) {
        return of(hostExtension ? Opcode.TLBI_EL2_ASID : Opcode.TLBI_NH_ASID, (long) asid << ASID, 0);
    }

    public static SmmuV3Command forgetVmid(int vmid) {
        return of(Opcode.TLBI_S12_VMALL, (long) vmid << VMID, 0);
    }

    public static SmmuV3Command forgetVa(int asid, boolean hostExtension, Pages pages) {
        Opcode opcode = hostExtension ? Opcode.TLBI_EL2_VA : Opcode.TLBI_NH_VA;
        return of(opcode, range(pages) | (long) asid << ASID, high(pages) | pages.address() & PAGE);
    }

    public static SmmuV3Command forgetIpa(int vmid, Pages pages) {
        return of(Opcode.TLBI_S2_IPA, range(pages) | (long) vmid << VMID, high(pages) | pages.address() & IPA);
    }

    private static long range(Pages pages) {
        return (long) pages.count() << NUM | (long) pages.scale() << SCALE;
    }

    private static long high(Pages pages) {
        return (pages.leaf() ? LEAF : 0) | (long) pages.level() << TTL | (long) pages.granule() << TG;
    }

    /** @param msiAddress where a zero is stored when all before is done; 0 for an event to the processor instead */
    public static SmmuV3Command sync(long msiAddress) {
        long signal = msiAddress != 0 ? SIGNAL_IRQ : SIGNAL_SEV;
        long low = signal << SIGNAL | (long) INNER_SHAREABLE << MSI_SHARE | (long) WRITE_BACK << MSI_ATTR;
        return of(Opcode.CMD_SYNC, low, msiAddress & MSI_ADDRESS);
    }

    /** What becomes of an access that waits (CMD_RESUME). */
    public enum Answer {
        /** It ends, and reads as 0 or is lost (RAZ/WI). */
        TERMINATE,
        /** It is translated once more. */
        RETRY,
        /** It ends with an error. */
        ABORT
    }

    public static SmmuV3Command resume(int sid, int tag, Answer answer) {
        return of(Opcode.RESUME, stream(sid) | (long) answer.ordinal() << RESPONSE, tag & 0xffff);
    }

    // ---- what the unit reads

    /** STAG of CMD_RESUME. */
    public int tag() {
        return (int) high & 0xffff;
    }

    /** Of CMD_RESUME; what means nothing ends the access. */
    public Answer answer() {
        return switch ((int) (low >>> RESPONSE) & 3) {
            case 0 -> Answer.TERMINATE;
            case 1 -> Answer.RETRY;
            default -> Answer.ABORT;
        };
    }

    public Opcode opcode() {
        return Opcode.of((int) low & 0xff);
    }

    public int sid() {
        return (int) (low >>> SID);
    }

    public int ssid() {
        return (int) (low >>> SSID) & 0xf_ffff;
    }

    public boolean hasSsid() {
        return (low & SSV) != 0;
    }

    public int asid() {
        return (int) (low >>> ASID) & 0xffff;
    }

    public int vmid() {
        return (int) (low >>> VMID) & 0xffff;
    }

    public boolean leaf() {
        return (high & LEAF) != 0;
    }

    /** CFGI_STE_RANGE: log2 of the number of ids, less one. */
    public int idRange() {
        return (int) high & 31;
    }

    /** The pages of a TLB invalidation. */
    public Pages pages() {
        return new Pages(
                high & PAGE,
                (int) (low >>> NUM) & 31,
                (int) (low >>> SCALE) & 31,
                (int) (high >>> TG) & 3,
                (int) (high >>> TTL) & 3,
                leaf());
    }

    /** Where CMD_SYNC stores its zero; 0 for nowhere. */
    public long msiAddress() {
        return ((low >>> SIGNAL) & 3) == SIGNAL_IRQ ? high & MSI_ADDRESS : 0;
    }

    /** What CMD_SYNC stores. */
    public int msiData() {
        return (int) (low >>> 32);
    }
}
