package org.iommulab.user.held;

/** What a program can hold. */
public enum HeldKind {
    /** /dev/vfio/vfio, open: groups, and one address space for all of them. */
    CONTAINER("VFIO container"),
    /** /dev/vfio/N, open. */
    GROUP_FILE("VFIO group file"),
    /** A device's file that the group file gave out (VFIO_GROUP_GET_DEVICE_FD). */
    DEVICE_FILE("VFIO device file"),
    /** /dev/vfio/devices/vfioN, open. */
    CDEV_FILE("VFIO device file of its own"),
    /** /dev/iommu, open: the objects below have numbers in it. */
    IOMMUFD("open /dev/iommu"),
    IOAS("I/O address space"),
    HWPT_PAGING("hardware page table"),
    HWPT_NESTED("nested page table"),
    IOMMUFD_DEVICE("device bound to iommufd"),
    ACCESS("access by the CPU"),
    FAULT_QUEUE("fault queue");

    private final String words;

    HeldKind(String words) {
        this.words = words;
    }

    /** In words. */
    public String words() {
        return words;
    }

    /** Whether it stands by itself and other things are in it; files of groups and devices belong to those. */
    public boolean isHolder() {
        return this == CONTAINER || this == IOMMUFD;
    }

    /** Whether it is a number in an open /dev/iommu that no device has. */
    public boolean isInHolder() {
        return switch (this) {
            case IOAS, HWPT_PAGING, HWPT_NESTED, ACCESS, FAULT_QUEUE -> true;
            case CONTAINER, GROUP_FILE, DEVICE_FILE, CDEV_FILE, IOMMUFD, IOMMUFD_DEVICE -> false;
        };
    }

    /** Whether it belongs to a device. */
    public boolean isOfDevice() {
        return this == DEVICE_FILE || this == CDEV_FILE || this == IOMMUFD_DEVICE;
    }
}
