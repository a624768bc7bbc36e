package org.iommulab.capture.machine;

/**
 * A device that is in no group.
 *
 * @param driver empty for none
 * @param sentence why, as far as the file tells
 */
public record Ungrouped(String device, String kind, String driver, Reason reason, String sentence) {
    /** Why a device has no group. */
    public enum Reason {
        /** The machine has no IOMMU, or it is off. */
        NO_IOMMU,
        /** It is the IOMMU itself. */
        IS_AN_IOMMU,
        /** No IOMMU stands in front of it. */
        NOT_BEHIND_ONE,
        /** No driver was bound yet, and without one nobody asks the IOMMU. */
        NEVER_PROBED,
        /** Another device came first under its requester id. */
        ID_TAKEN,
        /** The file does not say. */
        NOT_TOLD
    }
}
