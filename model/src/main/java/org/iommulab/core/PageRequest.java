package org.iommulab.core;

import java.util.OptionalInt;

/**
 * What a device wants before it can go on ({@code struct iommu_fault_page_request}).
 *
 * @param pasid whose addresses; empty for those of the whole device
 * @param group which requests are answered together
 * @param address where
 * @param read whether it wants to read
 * @param write whether it wants to write
 * @param last whether it is the last of its group, so that an answer is due
 */
public record PageRequest(OptionalInt pasid, int group, long address, boolean read, boolean write, boolean last) {

    /** {@code enum iommu_page_response_code}. */
    public enum Response {
        /** The page is there: try again. */
        SUCCESS,
        /** It cannot be there: the access ends. */
        INVALID,
        /** Something else went wrong: the access ends, and the device had better ask no more. */
        FAILURE
    }
}
