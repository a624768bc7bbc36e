package org.iommulab.conform;

/** An event of the kernel's {@code iommu} trace system (include/trace/events/iommu.h), as the captures have them. */
public sealed interface TraceEvent {
    /** add_device_to_group, remove_device_from_group. */
    record Membership(boolean added, int group, String device) implements TraceEvent {
        @Override
        public String toString() {
            return (added ? "add " : "remove ") + device + " group " + group;
        }
    }

    /** attach_device_to_domain, detach_device_from_domain. */
    record Attachment(boolean attached, String device) implements TraceEvent {
        @Override
        public String toString() {
            return (attached ? "attach " : "detach ") + device;
        }
    }

    /** map. */
    record Map(long iova, long physical, long size) implements TraceEvent {
        @Override
        public String toString() {
            return "map 0x%x size 0x%x".formatted(iova, size);
        }
    }

    /**
     * unmap.
     *
     * @param size what was asked for
     * @param unmapped what was there
     */
    record Unmap(long iova, long size, long unmapped) implements TraceEvent {
        @Override
        public String toString() {
            return "unmap 0x%x size 0x%x unmapped 0x%x".formatted(iova, size, unmapped);
        }
    }
}
