package org.iommulab.scenario;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a program does with /dev/iommu and with the files of devices that it binds to it, on kernels for which the lab has
 * iommufd (6.12). Address spaces and page tables have names in the story; the program knows them by number. Not compared
 * with a capture.
 */
public sealed interface IommufdAction extends Action.Iommufd {
    /** A user's program opens /dev/iommu. */
    record IommufdOpen(String name) implements IommufdAction {}

    /** It opens a device's own file below /dev/vfio/devices, which is there while a vfio driver has the device. */
    record IommufdDevice(String device, String name) implements IommufdAction {}

    /** VFIO_DEVICE_BIND_IOMMUFD: the device's DMA belongs to the program now, and is blocked. */
    record IommufdBind(String file, String iommufd) implements IommufdAction {}

    /** IOMMU_IOAS_ALLOC. */
    record IommufdIoas(String iommufd, String name) implements IommufdAction {}

    /** IOMMU_IOAS_IOVA_RANGES: the result is how many ranges there are. */
    record IommufdRanges(String ioas) implements IommufdAction {}

    /** IOMMU_IOAS_ALLOW_IOVAS. */
    record IommufdAllow(String ioas, List<Range> ranges) implements IommufdAction {
        public IommufdAllow {
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * IOMMU_IOAS_MAP of a piece of the program's memory; without an address the kernel chooses one, which is the result.
     *
     * @param memory where in the program's memory
     */
    record IommufdMap(String ioas, OptionalLong iova, long size, long memory, Action.Prot prot)
            implements IommufdAction {}

    /**
     * IOMMU_IOAS_COPY: what is mapped in one address space is mapped in another.
     *
     * @param to the other
     * @param at where in it; when missing the kernel chooses, and that is the result
     */
    record IommufdCopy(String ioas, long iova, long size, String to, OptionalLong at, Action.Prot prot)
            implements IommufdAction {}

    /** IOMMU_IOAS_UNMAP: the result is an errno, or how many bytes were unmapped. */
    record IommufdUnmap(String ioas, long iova, long size) implements IommufdAction {}

    /** IOMMU_IOAS_UNMAP of everything. */
    record IommufdUnmapAll(String ioas) implements IommufdAction {}

    /**
     * IOMMU_HWPT_ALLOC: a page table for this device, fed from an address space.
     *
     * @param use what else it shall be able to do
     */
    record IommufdHwpt(String file, String ioas, String name, Optional<HwptUse> use) implements IommufdAction {}

    /**
     * IOMMU_HWPT_ALLOC: a page table that the program's guest writes itself, on top of another.
     *
     * @param root where its top table is, as an address of the guest
     */
    record IommufdNested(String file, String parent, long root, String name) implements IommufdAction {}

    /** IOMMU_HWPT_INVALIDATE: the guest has changed its table; the result is an errno, or how many ranges were done. */
    record IommufdInvalidate(String hwpt, long iova, long size) implements IommufdAction {}

    /** VFIO_DEVICE_ATTACH_IOMMUFD_PT, to an address space or a page table. */
    record IommufdAttach(String file, String to) implements IommufdAction {}

    /** VFIO_DEVICE_DETACH_IOMMUFD_PT. */
    record IommufdDetach(String file) implements IommufdAction {}

    /** IOMMU_DESTROY. */
    record IommufdDestroy(String object) implements IommufdAction {}

    /** close(2) of /dev/iommu or of a device's own file. */
    record IommufdClose(String file) implements IommufdAction {}

    /**
     * The guest in the program writes a word of 64 bits into its memory: an entry of its own page table.
     *
     * @param memory where in the program's memory
     */
    record IommufdGuestWrite(long memory, long value) implements IommufdAction {}

    /** Addresses, both ends included. */
    record Range(long start, long last) {}

    /** What a page table is for. */
    enum HwptUse {
        /** IOMMU_HWPT_ALLOC_NEST_PARENT. */
        NEST_PARENT,
        /** IOMMU_HWPT_ALLOC_DIRTY_TRACKING. */
        DIRTY_TRACKING,
        /** IOMMU_HWPT_FAULT_ID_VALID, which in 6.12 only a guest's own table can have. */
        FAULT
    }
}
