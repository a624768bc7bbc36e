package org.iommulab.scenario;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.iommulab.board.ConfigValue;
import org.iommulab.json.Choice;

/**
 * Something that a story lets happen. Each is a call that a driver, a user or a device makes in a real system, under the
 * kernel's name where it has one. Names of devices, units and drivers are the board's; domains, mappings and buffers get
 * their names from the action that makes them.
 */
@Choice("do")
public sealed interface Action {
    /**
     * Drivers register in the board's order, devices are probed, deferred probes are retried until the queue is empty.
     *
     * @param without devices that are not there yet
     */
    record Boot(List<String> without) implements Action {
        public Boot {
            without = List.copyOf(without);
        }
    }

    /** A driver that the board registers later does so now: a module is loaded. */
    record RegisterDriver(String driver) implements Action {}

    /** A device shows up; deferred probes are tried again. */
    record AddDevice(String device) implements Action {}

    /** A device goes away: device_del. A function of PCI goes with all that is below it, as a 1 in its file remove has it. */
    record RemoveDevice(String device) implements Action {}

    /** Binds a device, to the driver that matches or to the one named here (driver_override). */
    record Bind(String device, Optional<String> driver) implements Action {}

    /** Unbinds a device from its driver. */
    record Unbind(String device) implements Action {}

    /**
     * A write to the device's file driver_override. Nothing is bound or unbound by it.
     *
     * @param driver the only one that may have the device from now on; when missing, the match tables decide again
     */
    record SetOverride(String device, Optional<String> driver) implements Action {}

    /** A write to the driver's file bind; the driver must be registered and must match. */
    record SysfsBind(String device, String driver) implements Action {}

    /** A write to the file unbind of the device's driver. The override stays. */
    record SysfsUnbind(String device) implements Action {}

    /** A write to drivers_probe of the bus: the drivers that match are tried. A driver that fails is no error here. */
    record DriversProbe(String device) implements Action {}

    /** A write to the file type of the device's group; whatever the word is, the kernel reads it. */
    record SetGroupType(String device, String type) implements Action {}

    /** A 1 written to /sys/bus/pci/rescan. */
    record PciRescan() implements Action {}

    /** A number written to the device's file sriov_numvfs. */
    record SetNumVfs(String device, int count) implements Action {}

    /** A write to the device's file sriov_drivers_autoprobe: whether drivers are offered its virtual functions. */
    record SetVfAutoprobe(String device, ConfigValue probe) implements Action {}

    /** A user reads a file; what it says can be expected. */
    record ReadFile(String device, UserFile file) implements Action {}

    /** A user looks at all groups: number, type, members with their drivers; what is read can be expected. */
    record ListGroups() implements Action {}

    /** Sets driver_override to vfio-platform, or on PCI to vfio-pci, and binds. */
    record VfioBind(String device) implements Action {}

    /** A user's program opens /dev/vfio/vfio: an empty container. */
    record VfioContainer(String name) implements Action {}

    /** It opens /dev/vfio/N of the device's group, which is there while a vfio driver has a member of it. */
    record VfioGroup(String device, String name) implements Action {}

    /** VFIO_GROUP_GET_STATUS: the result is 0, 1 where nobody else uses the group, or 3 in a container. */
    record VfioStatus(String group) implements Action {}

    /** VFIO_GROUP_SET_CONTAINER: the group is claimed for the user. */
    record VfioSetContainer(String group, String container) implements Action {}

    /** VFIO_GROUP_UNSET_CONTAINER. */
    record VfioUnsetContainer(String group) implements Action {}

    /** VFIO_SET_IOMMU: the container becomes an address space. */
    record VfioSetIommu(String container, VfioType type) implements Action {}

    /**
     * VFIO_IOMMU_MAP_DMA of a piece of the program's memory, 8 MiB, of which the first 2 MiB are small pages and the rest
     * huge ones.
     *
     * @param memory where in the program's memory
     */
    record VfioMap(String container, long iova, long size, long memory, Prot prot) implements Action {}

    /** VFIO_IOMMU_UNMAP_DMA: the result is an errno, or how many bytes were unmapped. */
    record VfioUnmap(String container, long iova, long size) implements Action {}

    /** VFIO_IOMMU_UNMAP_DMA of everything. */
    record VfioUnmapAll(String container) implements Action {}

    /** VFIO_GROUP_GET_DEVICE_FD: the device's own file, and its bus mastering is switched on. */
    record VfioDevice(String group, String device, String name) implements Action {}

    /** VFIO_IOMMU_GET_INFO: page sizes, mappings that can still be made, addresses that can be used. */
    record VfioInfo(String container) implements Action {}

    /** A write to the command register through the device's file: it may begin accesses to memory, or not any more. */
    record VfioBusMaster(String file, ConfigValue on) implements Action {}

    /** VFIO_DEVICE_RESET. */
    record VfioReset(String file) implements Action {}

    /** close(2) of a container, of a group or of a device. */
    record VfioClose(String file) implements Action {}

    /** What a program does with iommufd, in files of their own. */
    sealed interface Iommufd extends Action permits IommufdAction, IommufdAccessAction, IommufdFaultAction {}

    /** Interrupts, in a file of their own. */
    sealed interface Msi extends Action permits MsiAction {}

    /** Scatterlists, in a file of their own. */
    sealed interface ScatterList extends Action permits ListAction {}

    /** PASIDs and processes, in a file of their own. */
    sealed interface Pasid extends Action permits PasidAction {}

    /** pm_runtime_get_sync for a consumer, whose suppliers are resumed first, or for a unit. */
    record Resume(String device) implements Action {}

    /** pm_runtime_put: a consumer suspends, then its suppliers; or a unit does. */
    record Suspend(String device) implements Action {}

    /** The DRM master is probed and binds its components. */
    record DrmBind() implements Action {}

    /** The DRM master lets its components go. */
    record DrmUnbind() implements Action {}

    /**
     * Allocates a frame buffer through the DMA API, draws, resumes the device, scans the picture out, looks at it and
     * suspends the device again. A display whose DRM master failed to bind, or was unbound, shows nothing: -ENODEV.
     */
    record Display(String device, Pattern pattern) implements Action {}

    /** dma_alloc_coherent. */
    record AllocateBuffer(String device, int pages, String name) implements Action {}

    /**
     * dma_map_page for pages that the CPU already has, or for a part of them.
     *
     * @param offset where the part begins, from the start of the first page; 0 when missing
     * @param bytes of the part; all up to the end when missing
     * @param fill what the CPU has written to each word of the pages before; nothing when missing
     */
    record MapBuffer(
            String device,
            int pages,
            OptionalLong offset,
            OptionalLong bytes,
            OptionalLong fill,
            Direction direction,
            String name)
            implements Action {
        long start() {
            return offset.orElse(0);
        }

        long length() {
            return bytes.orElse(pages * 4096L - start());
        }
    }

    /**
     * The CPU reads a word: the result is the word.
     *
     * @param offset from the mapped part's start; 0 when missing
     */
    record ReadMemory(String buffer, OptionalLong offset) implements Action {}

    /**
     * The device reads a word of a buffer, or beside what of it is mapped: the result is the word, or -EIO.
     *
     * @param offset from the mapped part's start; 0 when missing
     */
    record DmaRead(String device, String buffer, OptionalLong offset) implements Action {}

    /** Gives a buffer back: dma_unmap_page or dma_free_coherent. */
    record UnmapBuffer(String name) implements Action {}

    /**
     * The device accesses memory, at a bus address or inside a buffer. A function of PCI that is no bus master does not:
     * -ENXIO.
     *
     * @param address bus address; either this or {@code buffer}
     * @param buffer a buffer of this story
     * @param offset bytes into the buffer; 0 when missing
     * @param access a read when missing
     * @param port through which of the device's ports, counted from 0 in the order of its {@code iommus}; the first when
     *     missing
     * @param pasid the PASID that the request has; none when missing
     */
    record Dma(
            String device,
            OptionalLong address,
            Optional<String> buffer,
            OptionalLong offset,
            Optional<Access> access,
            OptionalInt port,
            OptionalInt pasid)
            implements Action {}

    /** iommu_domain_alloc on the platform bus: an UNMANAGED domain. */
    record NewDomain(String name) implements Action {}

    /** iommu_attach_device. */
    record AttachDomain(String device, String domain) implements Action {}

    /** iommu_detach_device. */
    record DetachDomain(String device, String domain) implements Action {}

    /** iommu_attach_group, for the device's group. */
    record AttachGroup(String device, String domain) implements Action {}

    /** iommu_detach_group, for the device's group. */
    record DetachGroup(String device, String domain) implements Action {}

    /** iommu_map. */
    record Map(String domain, long iova, long pa, long size, Prot prot) implements Action {}

    /** iommu_unmap. */
    record Unmap(String domain, long iova, long size) implements Action {}

    /** iommu_iova_to_phys: the result is the physical address, 0 where nothing is mapped. */
    record IovaToPhys(String domain, long iova) implements Action {}

    /** iommu_domain_free. */
    record FreeDomain(String domain) implements Action {}

    /** arm_iommu_create_mapping. */
    record NewMapping(String name, long base, long size) implements Action {}

    /**
     * arm_iommu_attach_device.
     *
     * @param mapping a mapping of this story; when missing, the one that {@code arm-detach} last took from the device
     */
    record ArmAttach(String device, Optional<String> mapping) implements Action {}

    /** arm_iommu_detach_device; the story remembers the mapping. */
    record ArmDetach(String device) implements Action {}

    /**
     * arm_iommu_release_mapping.
     *
     * @param mapping a mapping of this story
     * @param device in place of a mapping: the one that {@code arm-detach} last took from this device
     */
    record ReleaseMapping(Optional<String> mapping, Optional<String> device) implements Action {}

    /**
     * iommu_group_claim_dma_owner for the device's group.
     *
     * @param owner who claims, in words; {@code the story} when missing
     */
    record ClaimDmaOwner(String device, Optional<String> owner) implements Action {}

    /** iommu_group_release_dma_owner. */
    record ReleaseDmaOwner(String device) implements Action {}

    /**
     * iommu_set_fault_handler.
     *
     * @param domain a domain of this story; either this or {@code device}
     * @param device whose present domain is meant
     */
    record SetFaultHandler(Optional<String> domain, Optional<String> device, Answer answer) implements Action {}

    /**
     * A user writes a register of a unit past its driver, as {@code devmem} does. A unit without power does not hear it.
     *
     * @param offset bytes from the start of the unit's registers
     */
    record WriteRegister(String unit, long offset, long value) implements Action {}

    /** The work queue runs until it is empty. */
    record Drain() implements Action {}

    /** @param ms milliseconds of simulated time */
    record Wait(int ms) implements Action {}

    /** The picture in a frame buffer. */
    enum Pattern {
        BARS,
        CHECKERBOARD,
        GRADIENT
    }

    /** enum dma_data_direction. */
    enum Direction {
        TO_DEVICE,
        FROM_DEVICE,
        BIDIRECTIONAL
    }

    /** What a device does on the bus. */
    enum Access {
        READ,
        WRITE
    }

    /** IOMMU_READ and IOMMU_WRITE. */
    enum Prot {
        NONE,
        READ,
        WRITE,
        READ_WRITE
    }

    /** IOMMU types of a container. */
    enum VfioType {
        /** VFIO_TYPE1_IOMMU. */
        TYPE1,
        /** VFIO_TYPE1v2_IOMMU, which does not unmap parts of mappings. */
        TYPE1_V2,
        /** VFIO_TYPE1_NESTING_IOMMU: the domain shall be the second of two stages. */
        TYPE1_NESTING,
        /** VFIO_NOIOMMU_IOMMU: there is none. */
        NO_IOMMU
    }

    /** Files that a user reads, of a device or of its group. */
    enum UserFile {
        /** The name behind the link driver. */
        DRIVER,
        DRIVER_OVERRIDE,
        /** Names in the folder devices of the group. */
        GROUP_DEVICES,
        /** Few groups have one. */
        GROUP_NAME,
        GROUP_RESERVED_REGIONS,
        GROUP_TYPE,
        SRIOV_NUMVFS,
        SRIOV_TOTALVFS
    }

    /** What a fault handler returns. */
    enum Answer {
        /** 0: the fault is dealt with. */
        HANDLED,
        /** -ENOSYS, as if there were no handler. */
        NOT_HANDLED
    }
}
