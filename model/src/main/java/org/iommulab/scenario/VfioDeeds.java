package org.iommulab.scenario;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.user.vfio.InfoText;
import org.iommulab.user.vfio.Type1Extensions;
import org.iommulab.user.vfio.Vfio;
import org.iommulab.user.vfio.VfioCdevFile;
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
        if (group.isEmpty()) {
            return Errno.ENOENT.negative();
        }
        String own = GROUPS + "noiommu-" + group.get().number();
        boolean without = world.vfio().paths().contains(own);
        return keep(world.vfio().open(without ? own : GROUPS + group.get().number()), name);
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
                case VfioCdevFile own -> {}
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
                            case TYPE1_NESTING -> Type1Extensions.TYPE1_NESTING;
                            case NO_IOMMU -> Type1Extensions.NOIOMMU;
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

    List<String> info(String container) {
        return InfoText.lines(container(container).info());
    }

    long setBusMaster(String file, boolean on) {
        return device(file).setBusMaster(on);
    }

    long reset(String file) {
        return device(file).reset();
    }

    private VfioDeviceFile device(String name) {
        if (Deeds.named(files, name, "device file") instanceof VfioDeviceFile device) {
            return device;
        }
        throw new StoryBroken("'" + name + "' is no device's file");
    }

    long close(String name) {
        return Deeds.named(files, name, "file").close();
    }
}
