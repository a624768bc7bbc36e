package org.iommulab.backend.dart;

/** The two layouts of an entry ({@code APPLE_DART} and {@code APPLE_DART2} of {@code enum io_pgtable_fmt}). */
public enum DartVersion {
    /** Of the M1: addresses of 36 bits, where they are. */
    DART1("apple-dart", 36, 0, 0xf_ffff_f000L, 1 << 8, 1 << 7),
    /** Since the M1 Pro: addresses of 42 bits, shifted right by 4. */
    DART2("apple-dart2", 42, 4, 0x3f_ffff_fc00L, 1 << 3, 1 << 2);

    private final String label;
    private final int outputBits;
    private final int addressShift;
    private final long addressMask;
    private final long noRead;
    private final long noWrite;

    DartVersion(String label, int outputBits, int addressShift, long addressMask, long noRead, long noWrite) {
        this.label = label;
        this.outputBits = outputBits;
        this.addressShift = addressShift;
        this.addressMask = addressMask;
        this.noRead = noRead;
        this.noWrite = noWrite;
    }

    /** {@code apple-dart}. */
    public String label() {
        return label;
    }

    /** What an entry has room for. */
    int outputBits() {
        return outputBits;
    }

    /** The bits of an entry that hold this address. */
    long place(long address) {
        return address >>> addressShift & addressMask;
    }

    /** The address that an entry holds. */
    long address(long entry) {
        return (entry & addressMask) << addressShift;
    }

    long noRead() {
        return noRead;
    }

    long noWrite() {
        return noWrite;
    }
}
