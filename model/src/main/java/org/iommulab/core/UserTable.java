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
    /** IOMMU_HWPT_ALLOC_DIRTY_TRACKING: what devices write to is noted. */
    public static final int DIRTY_TRACKING = 2;
    /** IOMMU_HWPT_FAULT_ID_VALID: page requests of the devices go to a queue of the program's; in 6.12 of nested tables only. */
    public static final int FAULT_ID_VALID = 4;

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
