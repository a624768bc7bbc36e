package org.iommulab.core;

/**
 * A table that a program keeps by itself, as it describes it to the driver ({@code struct iommu_user_data}).
 *
 * @param kind which driver's description it is
 * @param root where its top table is, as an address of the guest
 * @param addressWidth bits of an input address
 */
public record UserTable(Kind kind, long root, int addressWidth) {
    /** IOMMU_HWPT_ALLOC_NEST_PARENT: a domain on which programs' tables can stand. */
    public static final int NEST_PARENT = 1;

    /** enum iommu_hwpt_data_type; ARM's is from v6.13 on. */
    public enum Kind {
        VTD_S1
    }

    /**
     * What the program has changed in its table.
     *
     * @param address the first input address
     * @param pages of 4 KiB; -1 for everything, from address 0
     * @param leaf whether only last entries were changed
     */
    public record Range(long address, long pages, boolean leaf) {}
}
