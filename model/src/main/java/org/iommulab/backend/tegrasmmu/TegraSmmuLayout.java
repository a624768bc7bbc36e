package org.iommulab.backend.tegrasmmu;

/** Registers of the SMMU and their bits (drivers/iommu/tegra-smmu.c): no behaviour. */
public final class TegraSmmuLayout {
    public static final int PTB_ASID = 0x01c;
    public static final int TLB_FLUSH = 0x030;
    public static final int PTC_FLUSH = 0x034;
    public static final int PTC_FLUSH_HI = 0x9b8;

    private static final int MATCH_ASID = 1 << 31;
    private static final int MATCH_SECTION = 2;
    private static final int MATCH_GROUP = 3;
    private static final int SECTION = 0xffc0_0000;
    private static final int GROUP = 0xffff_c000;
    private static final int ADDRESS_SHIFT = 12;
    private static final int FEW_ASIDS = 4;

    private TegraSmmuLayout() {}

    /**
     * What the flush registers depend on.
     *
     * @param addressBits 32 or 34
     * @param atom bytes of a line of the page-table cache
     * @param asids 4 or 128
     */
    public record Caches(int addressBits, int atom, int asids) {
        /** TLB_FLUSH for everything of an address space. */
        public int flushAsid(int asid) {
            return MATCH_ASID | (asids == FEW_ASIDS ? (asid & 3) << 29 : (asid & 0x7f) << 24);
        }

        /** TLB_FLUSH for the 4 MiB around an address. */
        public int flushSection(int asid, long iova) {
            return flushAsid(asid) | ((int) iova & SECTION) >>> ADDRESS_SHIFT | MATCH_SECTION;
        }

        /** TLB_FLUSH for the 16 KiB around an address. */
        public int flushGroup(int asid, long iova) {
            return flushAsid(asid) | ((int) iova & GROUP) >>> ADDRESS_SHIFT | MATCH_GROUP;
        }

        /** PTC_FLUSH for the line that holds a table word. */
        public int flushLine(long address) {
            return (int) address & -atom | 1;
        }

        /** PTC_FLUSH_HI exists and must be written first. */
        public boolean hasHighAddress() {
            return addressBits > 32;
        }

        public int flushLineHigh(long address) {
            return (int) (address >>> 32) & 3;
        }
    }
}
