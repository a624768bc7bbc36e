package org.iommulab.backend.dart;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The two register maps (drivers/iommu/apple-dart.c, v6.1 and v6.12). Layout: offsets and bits, no behaviour. */
public enum DartFamily {
    /** Up to the M1 family; named after the chip that had it first. */
    T8020(
            4,
            0x40,
            0x50,
            0x60,
            1 << 15,
            0xfc,
            1 << 7,
            1 << 8,
            1 << 8 | 1 << 12,
            24,
            0xf,
            0xfff,
            codes(1, 0, 2, 4, 8, 16)),
    /** Since the M2. */
    T8110(1, 0x100, 0x170, 0x200, 1, 0xc00, 1, 1 << 1, 1 << 1 | 1 << 2, 20, 0xff, 0x7fff, codes(1, 2, 4, 8, 16, 32));

    private static final int ERROR_FLAG = 1 << 31;

    private final int ttbrs;
    private final int error;
    private final int errorAddress;
    private final int lock;
    private final int lockBit;
    private final int enable;
    private final int translate;
    private final int bypassBit;
    private final int bypass;
    private final int streamShift;
    private final int streamMask;
    private final int codeMask;
    private final List<Integer> codes;

    DartFamily(
            int ttbrs,
            int error,
            int errorAddress,
            int lock,
            int lockBit,
            int enable,
            int translate,
            int bypassBit,
            int bypass,
            int streamShift,
            int streamMask,
            int codeMask,
            List<Integer> codes) {
        this.ttbrs = ttbrs;
        this.error = error;
        this.errorAddress = errorAddress;
        this.lock = lock;
        this.lockBit = lockBit;
        this.enable = enable;
        this.translate = translate;
        this.bypassBit = bypassBit;
        this.bypass = bypass;
        this.streamShift = streamShift;
        this.streamMask = streamMask;
        this.codeMask = codeMask;
        this.codes = codes;
    }

    // in the order of DartFault; 0 where there is none
    private static List<Integer> codes(Integer... codes) {
        return List.of(codes);
    }

    /** TTBRs of a stream. */
    public int ttbrs() {
        return ttbrs;
    }

    // ---- registers

    public int error() {
        return error;
    }

    public int errorAddressLow() {
        return errorAddress;
    }

    public int errorAddressHigh() {
        return errorAddress + 4;
    }

    /** CONFIG or PROTECT: the register that tells whether TCRs and TTBRs can be written. */
    public int lock() {
        return lock;
    }

    public int lockBit() {
        return lockBit;
    }

    /** STREAMS_ENABLE or ENABLE_STREAMS, one register for 32 streams. */
    public int enable(int word) {
        return enable + 4 * word;
    }

    /** TCR of a stream. */
    public int tcr(int stream) {
        return (this == T8020 ? 0x100 : 0x1000) + 4 * stream;
    }

    public int ttbr(int stream, int index) {
        return this == T8020 ? 0x200 + 16 * stream + 4 * index : 0x1400 + 4 * (stream + index);
    }

    // ---- values

    /** TCR: addresses are translated. */
    public int translate() {
        return translate;
    }

    /** TCR: addresses go through as they are. */
    public int bypassBit() {
        return bypassBit;
    }

    /** What the driver writes for bypass: the address filter (DAPF) is passed by as well. */
    public int bypass() {
        return bypass;
    }

    /** A TTBR that is valid and points at a table. */
    public int ttbrOf(long table) {
        return this == T8020 ? 1 << 31 | (int) (table >>> 12) : (int) (table >>> 14) << 2 | 1;
    }

    /** Where a TTBR points; empty when it is not valid. */
    public Optional<Long> tableOf(int ttbr) {
        if (this == T8020) {
            return ttbr < 0 ? Optional.of((ttbr & 0x7fff_ffffL) << 12) : Optional.empty();
        }
        return (ttbr & 1) != 0 ? Optional.of((ttbr & 0xffff_fffcL) >>> 2 << 14) : Optional.empty();
    }

    /** ERROR as the unit latches it. T8020 has four bits for the stream only. */
    public int status(int stream, DartFault fault) {
        return ERROR_FLAG | (stream & streamMask) << streamShift | codes.get(fault.ordinal());
    }

    public static boolean isFault(int status) {
        return status < 0;
    }

    public int streamOf(int status) {
        return status >>> streamShift & streamMask;
    }

    public int codeOf(int status) {
        return status & codeMask;
    }

    /** The fault of a code; empty for none that is known, and where several bits are set. */
    public Optional<DartFault> faultOf(int code) {
        return Arrays.stream(DartFault.values())
                .filter(fault -> code != 0 && codes.get(fault.ordinal()) == code)
                .findFirst();
    }
}
