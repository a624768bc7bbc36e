package org.iommulab.backend.armsmmuv3;

import java.util.ArrayList;
import java.util.List;

/**
 * The identification registers: what the unit says that it can do (SMMU_IDR0, 1, 3, 5).
 *
 * @param idr0 features
 * @param idr1 sizes of ids and queues
 * @param idr3 range invalidation
 * @param idr5 address sizes and granules
 */
public record SmmuV3Idr(int idr0, int idr1, int idr3, int idr5) {
    // IDR0, bit numbers.
    static final int S2P = 0;
    static final int S1P = 1;
    static final int TTF = 2;
    static final int COHACC = 4;
    static final int BTM = 5;
    static final int HTTU = 6;
    static final int HYP = 9;
    static final int ATS = 10;
    static final int ASID16 = 12;
    static final int MSI = 13;
    static final int SEV = 14;
    static final int PRI = 16;
    static final int VMID16 = 18;
    static final int CD2L = 19;
    static final int TTENDIAN = 21;
    static final int STALL_MODEL = 24;
    static final int ST_LEVEL = 27;

    static final int AARCH64 = 2;
    static final int AARCH32_64 = 3;

    // IDR1
    static final int SSIDSIZE = 6;
    static final int PRIQS = 11;
    static final int EVTQS = 16;
    static final int CMDQS = 21;
    static final int ATTR_TYPES_OVR = 27;
    static final int RIL = 10;
    static final int VAX = 10;
    static final int GRANULES = 4;

    private static final List<Integer> WIDTHS = List.of(32, 36, 40, 42, 44, 48, 52);
    private static final int QUEUE_BITS = 19;

    /**
     * What a unit is made with.
     *
     * @param features the driver's word
     * @param outputBits width of an output address
     * @param aarch32 whether it walks 32-bit tables as well, so that input addresses have at least 40 bits
     * @param idBits width of a stream id
     * @param substreamBits width of a substream id
     * @param granules 1 for 4 KiB, 2 for 16 KiB, 4 for 64 KiB
     */
    public record Wish(int features, int outputBits, boolean aarch32, int idBits, int substreamBits, int granules) {}

    /** The registers for a wish. Queues may have 2^19 entries, ASIDs have 16 bits, as QEMU has it. */
    public static SmmuV3Idr of(Wish wish) {
        int word = wish.features();
        int stalls = SmmuV3Feature.STALL_FORCE.in(word) ? 2 : SmmuV3Feature.STALLS.in(word) ? 0 : 1;
        int endian = !SmmuV3Feature.BIG_ENDIAN.in(word) ? 2 : SmmuV3Feature.LITTLE_ENDIAN.in(word) ? 0 : 3;
        int updates = SmmuV3Feature.DIRTY.in(word) ? 2 : SmmuV3Feature.ACCESS_FLAG.in(word) ? 1 : 0;
        int idr0 = bit(word, SmmuV3Feature.STAGE_TWO, S2P)
                | bit(word, SmmuV3Feature.STAGE_ONE, S1P)
                | (wish.aarch32() ? AARCH32_64 : AARCH64) << TTF
                | bit(word, SmmuV3Feature.COHERENCY, COHACC)
                | bit(word, SmmuV3Feature.BROADCAST_TLB, BTM)
                | updates << HTTU
                | bit(word, SmmuV3Feature.HYPERVISOR, HYP)
                | bit(word, SmmuV3Feature.ATS, ATS)
                | 1 << ASID16
                | bit(word, SmmuV3Feature.MSI, MSI)
                | bit(word, SmmuV3Feature.SEV, SEV)
                | bit(word, SmmuV3Feature.PRI, PRI)
                | bit(word, SmmuV3Feature.TWO_LEVEL_CD_TABLE, CD2L)
                | endian << TTENDIAN
                | stalls << STALL_MODEL
                | bit(word, SmmuV3Feature.TWO_LEVEL_STREAM_TABLE, ST_LEVEL);
        int idr1 = QUEUE_BITS << CMDQS
                | QUEUE_BITS << EVTQS
                | QUEUE_BITS << PRIQS
                | wish.substreamBits() << SSIDSIZE
                | wish.idBits()
                | bit(word, SmmuV3Feature.ATTRIBUTE_OVERRIDE, ATTR_TYPES_OVR);
        int idr5 = Math.max(0, WIDTHS.indexOf(wish.outputBits()))
                | wish.granules() << GRANULES
                | bit(word, SmmuV3Feature.VAX, VAX);
        return new SmmuV3Idr(idr0, idr1, bit(word, SmmuV3Feature.RANGE_INVALIDATION, RIL), idr5);
    }

    private static int bit(int word, SmmuV3Feature feature, int bit) {
        return feature.in(word) ? 1 << bit : 0;
    }

    private static int field(int register, int low, int bits) {
        return register >>> low & (1 << bits) - 1;
    }

    private boolean has(int bit) {
        return (idr0 >>> bit & 1) != 0;
    }

    /** What the driver makes of the registers; {@code coherent} is what the firmware says. */
    List<SmmuV3Feature> features(boolean coherent) {
        var found = new ArrayList<SmmuV3Feature>();
        add(found, field(idr0, ST_LEVEL, 2) == 1, SmmuV3Feature.TWO_LEVEL_STREAM_TABLE);
        add(found, has(CD2L), SmmuV3Feature.TWO_LEVEL_CD_TABLE);
        int endian = field(idr0, TTENDIAN, 2);
        add(found, endian == 2 || endian == 0, SmmuV3Feature.LITTLE_ENDIAN);
        add(found, endian == 0, SmmuV3Feature.BIG_ENDIAN);
        add(found, has(PRI), SmmuV3Feature.PRI);
        add(found, has(ATS), SmmuV3Feature.ATS);
        add(found, has(SEV), SmmuV3Feature.SEV);
        add(found, has(MSI), SmmuV3Feature.MSI);
        add(found, coherent, SmmuV3Feature.COHERENCY);
        add(found, has(S1P), SmmuV3Feature.STAGE_ONE);
        add(found, has(S2P), SmmuV3Feature.STAGE_TWO);
        int stalls = field(idr0, STALL_MODEL, 2);
        add(found, stalls == 0 || stalls == 2, SmmuV3Feature.STALLS);
        add(found, has(HYP), SmmuV3Feature.HYPERVISOR);
        add(found, stalls == 2, SmmuV3Feature.STALL_FORCE);
        add(found, field(idr5, VAX, 2) == 1, SmmuV3Feature.VAX);
        add(found, (idr3 >>> RIL & 1) != 0, SmmuV3Feature.RANGE_INVALIDATION);
        add(found, has(S1P) && has(S2P), SmmuV3Feature.NESTING);
        return found;
    }

    /** What only the driver of 6.12 looks for. */
    List<SmmuV3Feature> laterFeatures(boolean withUpdates) {
        var found = new ArrayList<SmmuV3Feature>();
        add(found, (idr1 >>> ATTR_TYPES_OVR & 1) != 0, SmmuV3Feature.ATTRIBUTE_OVERRIDE);
        int updates = field(idr0, HTTU, 2);
        add(found, withUpdates && updates >= 1, SmmuV3Feature.ACCESS_FLAG);
        add(found, withUpdates && updates == 2, SmmuV3Feature.DIRTY);
        return found;
    }

    private static void add(List<SmmuV3Feature> found, boolean there, SmmuV3Feature feature) {
        if (there) {
            found.add(feature);
        }
    }

    public boolean coherent() {
        return has(COHACC);
    }

    public boolean stageOne() {
        return has(S1P);
    }

    public boolean stageTwo() {
        return has(S2P);
    }

    public boolean rangeInvalidation() {
        return (idr3 >>> RIL & 1) != 0;
    }

    /** OAS as the registers code it, and as IPS of a context descriptor wants it. */
    public int outputSize() {
        return field(idr5, 0, 3);
    }

    /** Width of an output address; a number that means nothing is 48. */
    public int outputBits() {
        int code = idr5 & 7;
        return code < WIDTHS.size() ? WIDTHS.get(code) : 48;
    }

    /** Width of an intermediate address: the driver's {@code ias}. */
    public int inputBits() {
        return Math.max(field(idr0, TTF, 2) == AARCH32_64 ? 40 : 0, outputBits());
    }

    public int idBits() {
        return idr1 & 0x3f;
    }

    public int substreamBits() {
        return field(idr1, SSIDSIZE, 5);
    }

    public int asidBits() {
        return has(ASID16) ? 16 : 8;
    }

    public int vmidBits() {
        return has(VMID16) ? 16 : 8;
    }

    public int commandQueueBits() {
        return field(idr1, CMDQS, 5);
    }

    public int eventQueueBits() {
        return field(idr1, EVTQS, 5);
    }

    public int pageRequestQueueBits() {
        return field(idr1, PRIQS, 5);
    }

    /** A bit for each size of page. */
    public long pageSizes() {
        int granules = field(idr5, GRANULES, 3);
        return ((granules & 4) != 0 ? 1L << 16 | 1L << 29 : 0)
                | ((granules & 2) != 0 ? 1L << 14 | 1L << 25 : 0)
                | ((granules & 1) != 0 ? 1L << 12 | 1L << 21 | 1L << 30 : 0)
                | (outputBits() == 52 ? 1L << 42 : 0);
    }

    /** Whether tables of this granule (log2 of its bytes) can be walked. */
    public boolean walks(int granuleShift) {
        return (pageSizes() >>> granuleShift & 1) != 0;
    }

    /** Whether 64-bit tables can be walked at all. */
    public boolean aarch64() {
        return field(idr0, TTF, 2) >= AARCH64;
    }
}
