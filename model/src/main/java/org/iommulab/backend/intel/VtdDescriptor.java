package org.iommulab.backend.intel;

/**
 * A descriptor of the invalidation queue (VT-d specification, "Invalidation Descriptors"); scalable mode's are twice as
 * long, with zeros at the end.
 */
public record VtdDescriptor(long low, long high) {
    // granularities of a context and of an IOTLB invalidation
    public static final int GLOBAL = 1;
    public static final int DOMAIN = 2;
    public static final int DEVICE = 3;
    public static final int PAGES = 3;

    // of a PASID cache invalidation, and of a PASID-based IOTLB invalidation
    public static final int ALL_PASIDS = 0;
    public static final int ONE_PASID = 1;
    public static final int EVERYTHING = 3;
    public static final int PASID_ALL = 2;
    public static final int PASID_PAGES = 3;

    /** What the status word becomes when a wait is done (QI_DONE). */
    public static final int DONE = 2;

    private static final int TYPE = 0xf;

    /** Kinds of descriptors; bits 11:9 would make others, which nobody uses. */
    public enum Type {
        CONTEXT_CACHE,
        IOTLB,
        DEVICE_TLB,
        INTERRUPT_ENTRY_CACHE,
        WAIT,
        PASID_IOTLB,
        PASID_CACHE,
        PASID_DEVICE_TLB,
        PAGE_GROUP_RESPONSE,
        UNKNOWN
    }

    public Type type() {
        int number = (int) low & TYPE;
        return number >= 1 && number <= Type.UNKNOWN.ordinal() ? Type.values()[number - 1] : Type.UNKNOWN;
    }

    private static long number(Type type) {
        return type.ordinal() + 1L;
    }

    public int granularity() {
        return (int) (low >>> 4) & 3;
    }

    public int domain() {
        return (int) (low >>> 16) & 0xffff;
    }

    /** Of a context invalidation. */
    public int source() {
        return (int) (low >>> 32) & 0xffff;
    }

    /** How many of a source id's lowest bits do not count: 0 to 3. */
    public int functionMask() {
        return (int) (low >>> 48) & 3;
    }

    public int pasid() {
        return (int) (low >>> 32) & 0xf_ffff;
    }

    public long address() {
        return high & -VtdLayout.PAGE;
    }

    /** The range has 2^mask pages. */
    public int addressMask() {
        return (int) high & 0x3f;
    }

    /** IH: no entry but leaves has changed. */
    public boolean leavesOnly() {
        return (high & VtdLayout.INVALIDATION_HINT) != 0;
    }

    public boolean writesStatus() {
        return (low & 1 << 5) != 0;
    }

    public int statusData() {
        return (int) (low >>> 32);
    }

    public long statusAddress() {
        return high & ~3L;
    }

    /** qi_flush_context. */
    public static VtdDescriptor context(int granularity, int domain, int source) {
        return new VtdDescriptor(
                (long) source << 32 | (long) domain << 16 | (long) granularity << 4 | number(Type.CONTEXT_CACHE), 0);
    }

    /** qi_flush_iotlb. */
    public static VtdDescriptor iotlb(
            VtdCaps caps, int granularity, int domain, long address, int mask, boolean leavesOnly) {
        long drains = (caps.drainsWrites() ? 1 << 6 : 0) | (caps.drainsReads() ? 1 << 7 : 0);
        return new VtdDescriptor(
                (long) domain << 16 | drains | (long) granularity << 4 | number(Type.IOTLB),
                address & -VtdLayout.PAGE | (leavesOnly ? VtdLayout.INVALIDATION_HINT : 0) | mask & 0x3f);
    }

    /** qi_flush_pasid_cache. */
    public static VtdDescriptor pasidCache(int granularity, int domain, int pasid) {
        return new VtdDescriptor(
                (long) pasid << 32 | (long) domain << 16 | (long) granularity << 4 | number(Type.PASID_CACHE), 0);
    }

    /** qi_flush_piotlb of everything that a PASID has. */
    public static VtdDescriptor pasidIotlb(int domain, int pasid) {
        return new VtdDescriptor(
                (long) pasid << 32 | (long) domain << 16 | PASID_ALL << 4 | number(Type.PASID_IOTLB), 0);
    }

    /** qi_flush_piotlb of a range. */
    public static VtdDescriptor pasidIotlb(int domain, int pasid, long address, int mask, boolean leavesOnly) {
        return new VtdDescriptor(
                (long) pasid << 32 | (long) domain << 16 | PASID_PAGES << 4 | number(Type.PASID_IOTLB),
                address & -VtdLayout.PAGE | (leavesOnly ? VtdLayout.INVALIDATION_HINT : 0) | mask & 0x3f);
    }

    /** The wait that qi_submit_sync puts behind everything. */
    public static VtdDescriptor waiting(long status) {
        return new VtdDescriptor((long) DONE << 32 | 1 << 5 | number(Type.WAIT), status);
    }
}
