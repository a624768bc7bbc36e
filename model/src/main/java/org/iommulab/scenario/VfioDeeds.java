package org.iommulab.scenario;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.user.vfio.Type1Extensions;
import org.iommulab.user.vfio.Vfio;
import org.iommulab.user.vfio.VfioContainer;
import org.iommulab.user.vfio.VfioDeviceFile;
import org.iommulab.user.vfio.VfioFile;
import org.iommulab.user.vfio.VfioGroupFile;

/** What a story's program does with VFIO. Its files have the names that the story gave them when they were opened. */
final class VfioDeeds {
    private static final String GROUPS = "/dev/vfio/";

    private final World world;
    private final Map<String, VfioContainer> containers = new HashMap<>();
    private final Map<String, VfioGroupFile> groups = new HashMap<>();
    private final Map<String, VfioFile> files = new HashMap<>();

    VfioDeeds(World world) {
        this.world = world;
    }

    /** What it knows now, for going back. */
    VfioDeeds copy() {
        var copy = new VfioDeeds(world);
        copy.containers.putAll(containers);
        copy.groups.putAll(groups);
        copy.files.putAll(files);
        return copy;
    }

    long openContainer(String name) {
        return keep(world.vfio().open(Vfio.CONTAINER), name);
    }

    /** -ENOENT for a device without a group, too: it has no file. */
    long openGroup(Device device, String name) {
        Optional<Group> group = Group.of(device);
        return group.isEmpty()
                ? Errno.ENOENT.negative()
                : keep(world.vfio().open(GROUPS + group.get().number()), name);
    }

    long openDevice(String group, String device, String name) {
        return keep(group(group).deviceFd(device), name);
    }

    private long keep(Vfio.Opened opened, String name) {
        opened.file().ifPresent(file -> {
            files.put(name, file);
            switch (file) {
                case VfioContainer container -> containers.put(name, container);
                case VfioGroupFile group -> groups.put(name, group);
                case VfioDeviceFile device -> device.setBusMaster(true);
            }
        });
        return opened.error();
    }

    // a file that an action before failed to open
    private VfioContainer container(String name) {
        return Deeds.named(containers, name, "container");
    }

    private VfioGroupFile group(String name) {
        return Deeds.named(groups, name, "group");
    }

    long status(String group) {
        VfioGroupFile.Status status = group(group).status();
        return status.error() == 0 ? status.flags() : status.error();
    }

    long setContainer(String group, String container) {
        return group(group).setContainer(container(container));
    }

    long unsetContainer(String group) {
        return group(group).unsetContainer();
    }

    long setIommu(String container, Action.VfioType type) {
        return container(container)
                .setIommu(
                        switch (type) {
                            case TYPE1 -> Type1Extensions.TYPE1;
                            case TYPE1_V2 -> Type1Extensions.TYPE1_V2;
                        });
    }

    long map(Action.VfioMap map) {
        long address = world.vfio().pool().address(map.memory());
        // VFIO's flags have the bits of the kernel's prot
        return container(map.container())
                .map(map.iova(), map.size(), address, map.prot().ordinal());
    }

    long unmap(String container, long iova, long size, int flags) {
        VfioContainer.Unmapped unmapped = container(container).unmap(iova, size, flags);
        return unmapped.error() == 0 ? unmapped.size() : unmapped.error();
    }

    long close(String name) {
        return Deeds.named(files, name, "file").close();
    }
}
