package org.iommulab.backend.intel;

/**
 * An entry of a context table: 16 bytes in legacy mode, and the first 16 of 32 in scalable mode (VT-d specification,
 * "Context Entry", "Scalable-Mode Context Entry"). It is immutable: each {@code with} is one of the driver's stores.
 *
 * @param low bits 63:0
 * @param high bits 127:64
 */
public record VtdContext(long low, long high) {
    public static final int BYTES = 16;
    public static final int SCALABLE_BYTES = 32;
    public static final VtdContext EMPTY = new VtdContext(0, 0);

    /** Translation types of legacy mode. */
    public static final int MULTI_LEVEL = 0;

    private static final long PASIDE = 1 << 3;

    public static final int WITH_DEVICE_TLB = 1;
    public static final int PASS_THROUGH = 2;

    public boolean present() {
        return (low & 1) != 0;
    }

    /** FPD: faults are not recorded. */
    public boolean silent() {
        return (low & 2) != 0;
    }

    public int translationType() {
        return (int) (low >>> 2) & 3;
    }

    /** Second-level root; in scalable mode the PASID directory. */
    public long pointer() {
        return low & VtdLayout.ADDRESS;
    }

    /** AW: 1 for three levels, 2 for four, 3 for five. */
    public int addressWidth() {
        return (int) high & 7;
    }

    public int domain() {
        return (int) (high >>> 8) & 0xffff;
    }

    /** PASIDE: requests with PASIDs are let in. */
    public boolean takesPasids() {
        return (low & PASIDE) != 0;
    }

    public VtdContext withPasids() {
        return new VtdContext(low | PASIDE, high);
    }

    /** PDTS: the directory has 2^(PDTS+7) entries. */
    public int directorySize() {
        return (int) (low >>> 9) & 7;
    }

    /** RID_PASID: the PASID of requests that have none. */
    public int ownPasid() {
        return (int) high & 0xf_ffff;
    }

    public VtdContext withDomain(int domain) {
        return new VtdContext(low, high | (long) (domain & 0xffff) << 8);
    }

    public VtdContext withRoot(long root) {
        return new VtdContext(low & ~VtdLayout.ADDRESS | root & VtdLayout.ADDRESS, high);
    }

    public VtdContext withAddressWidth(int width) {
        return new VtdContext(low, high | width & 7);
    }

    public VtdContext withTranslationType(int type) {
        return new VtdContext(low & ~0xcL | (long) (type & 3) << 2, high);
    }

    public VtdContext withFaults() {
        return new VtdContext(low & ~2L, high);
    }

    public VtdContext withPresent() {
        return new VtdContext(low | 1, high);
    }

    /** A scalable-mode entry, not present yet; PASID 0 is for requests that have none. */
    public static VtdContext ofDirectory(long directory, int size) {
        return new VtdContext(directory & VtdLayout.ADDRESS | (long) (size & 7) << 9, 0);
    }
}
