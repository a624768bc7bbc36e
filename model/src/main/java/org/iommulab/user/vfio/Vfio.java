package org.iommulab.user.vfio;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.bus.Device;
import org.iommulab.bus.DriverCore;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.user.held.Held;
import org.iommulab.user.iommufd.Iommufd;

/**
 * VFIO of one machine: the groups that a vfio driver has a member of, which are the files below /dev/vfio
 * (drivers/vfio/vfio_main.c; from v6.2 on group.c and container.c).
 */
public final class Vfio extends SimObject {
    /** Opens an empty container. */
    public static final String CONTAINER = "/dev/vfio/vfio";

    /** With a device's number behind it, its own file, by which it comes to iommufd (v6.6). */
    public static final String DEVICE = "/dev/vfio/devices/vfio";

    /** Where the groups' files are, by their numbers. */
    static final String GROUP = "/dev/vfio/";

    private final Kernel kernel;
    private final DriverCore bus;
    private final IommuCore core;
    private final FrameAllocator frames;
    private final VfioParameters parameters;
    private final UserMemory pool;
    private final RefList<VfioGroup> groups;
    private final RefList<VfioFile> files;
    private final Iommufd iommufd;
    private final NoIommu noIommu;

    /**
     * @param frames where a program's memory comes from
     */
    public Vfio(Kernel kernel, DriverCore bus, IommuCore core, FrameAllocator frames) {
        super(kernel.machine());
        this.kernel = kernel;
        this.bus = bus;
        this.core = core;
        this.frames = frames;
        this.parameters = new VfioParameters(this, kernel.commandLine());
        this.pool = new UserMemory(this, frames, kernel.pageBytes());
        this.groups = new RefList<>(this, VfioGroup.class);
        this.files = new RefList<>(this, VfioFile.class);
        this.noIommu = new NoIommu(this, kernel);
        this.iommufd = new Iommufd(kernel, core, pool);
    }

    @Override
    public String label() {
        return "vfio";
    }

    /** The answer of open: a file, or a negative errno. */
    public record Opened(long error, Optional<VfioFile> file) {
        static Opened failed(Errno errno) {
            return new Opened(errno.negative(), Optional.empty());
        }
    }

    /**
     * open(2) of {@link #CONTAINER}, /dev/vfio/N or {@link #DEVICE}N: -ENOENT when there is no such file, -EBUSY when a group
     * file is open.
     */
    public Opened open(String path) {
        if (path.equals(CONTAINER)) {
            return new Opened(0, Optional.of(VfioContainer.open(this)));
        }
        if (path.startsWith(DEVICE)) {
            return devices()
                    .filter(each ->
                            iommufd.isThere() && !each.group().isNoIommu() && path.equals(DEVICE + each.index()))
                    .findFirst()
                    .map(each -> new Opened(0, Optional.of(VfioCdevFile.open(this, each))))
                    .orElse(Opened.failed(Errno.ENOENT));
        }
        Optional<VfioGroup> group = groups.toList().stream()
                .filter(each -> path.equals(each.path()))
                .findFirst();
        return group.isEmpty() ? Opened.failed(Errno.ENOENT) : group.get().open();
    }

    /** The files below /dev/vfio that there are now, groups by number. */
    public List<String> paths() {
        List<String> numbers = groups.toList().stream()
                .sorted(Comparator.comparingInt(VfioGroup::number))
                .map(VfioGroup::path)
                .toList();
        return Stream.concat(numbers.stream(), Stream.of(CONTAINER)).toList();
    }

    /** /dev/iommu, which the devices' own files belong to. */
    public Iommufd iommufd() {
        return iommufd;
    }

    /** What the program holds of VFIO and iommufd now, in the order in which it was opened or made. */
    public List<Held> held() {
        return Stream.concat(files.toList().stream().map(VfioFile::held), iommufd.held().stream())
                .toList();
    }

    /** The memory of the program that uses VFIO. */
    public UserMemory pool() {
        return pool;
    }

    // ---- for vfio drivers

    /** A vfio driver's probe went well so far: 0, or -EINVAL without a group that can be used. */
    public long register(Device device) {
        return VfioGroup.register(this, device);
    }

    /** Whether a user has a file of this device open. */
    public boolean isOpen(Device device) {
        return find(device).filter(VfioDevice::isOpen).isPresent();
    }

    /** The driver lets the device go; nobody has it open. */
    public void unregister(Device device) {
        find(device).ifPresent(each -> each.group().unregister(each));
    }

    /** The device as a vfio driver has it, if one has. */
    public Optional<VfioDevice> find(Device device) {
        return devices().filter(each -> each.device() == device).findFirst();
    }

    private Stream<VfioDevice> devices() {
        return groups.toList().stream().flatMap(group -> group.devices().toList().stream());
    }

    /** The number of a new device's file: the smallest that is free. */
    int freeIndex() {
        List<Integer> taken = devices().map(VfioDevice::index).toList();
        return Stream.iterate(0, index -> index + 1)
                .filter(index -> !taken.contains(index))
                .findFirst()
                .orElseThrow();
    }

    // ---- for this package

    Kernel kernel() {
        return kernel;
    }

    DriverCore bus() {
        return bus;
    }

    IommuCore core() {
        return core;
    }

    FrameAllocator frames() {
        return frames;
    }

    /** Whether and how devices without an IOMMU are handed out. */
    NoIommu noIommu() {
        return noIommu;
    }

    /** Parameters of vfio_iommu_type1. */
    public VfioParameters parameters() {
        return parameters;
    }

    RefList<VfioGroup> groups() {
        return groups;
    }

    /** Open files, and closed ones that something keeps. */
    RefList<VfioFile> files() {
        return files;
    }

    Optional<VfioGroup> groupOf(Group group) {
        return groups.toList().stream()
                .filter(each -> each.iommuGroup().is(group))
                .findFirst();
    }
}
