package org.iommulab.scenario;

import java.util.List;
import org.iommulab.board.ConfigValue;
import org.iommulab.core.PageRequest;

/**
 * What a program asks iommufd about faults, about what devices have written to, and about the hardware. Not compared with a
 * capture.
 */
public sealed interface IommufdFaultAction extends Action.Iommufd {
    /** IOMMU_FAULT_QUEUE_ALLOC: a queue of page requests, with a file of its own. */
    record IommufdFault(String iommufd, String name) implements IommufdFaultAction {}

    /** read(2) of all page requests that wait; what is read can be expected. */
    record IommufdReadFaults(String fault) implements IommufdFaultAction {}

    /** write(2) of an answer, for the group with this cookie. */
    record IommufdAnswer(String fault, int cookie, PageRequest.Response answer) implements IommufdFaultAction {}

    /**
     * IOMMU_HWPT_ALLOC of a guest's own table, whose page requests shall go to a queue.
     *
     * @param root where its top table is, as an address of the guest
     */
    record IommufdFaulting(String file, String parent, long root, String fault, String name)
            implements IommufdFaultAction {}

    /** IOMMU_HWPT_INVALIDATE of several ranges; how many were handled is read, and can be expected. */
    record IommufdInvalidateRanges(String hwpt, List<IommufdAction.Range> ranges) implements IommufdFaultAction {
        public IommufdInvalidateRanges {
            ranges = List.copyOf(ranges);
        }
    }

    /** IOMMU_HWPT_SET_DIRTY_TRACKING. */
    record IommufdDirtyTracking(String hwpt, ConfigValue on) implements IommufdFaultAction {}

    /**
     * IOMMU_HWPT_GET_DIRTY_BITMAP.
     *
     * @param page bytes for which one bit stands
     */
    record IommufdDirtyBitmap(String hwpt, long iova, long size, long page) implements IommufdFaultAction {}

    /** IOMMU_GET_HW_INFO; what is read can be expected. */
    record IommufdHwInfo(String file) implements IommufdFaultAction {}
}
