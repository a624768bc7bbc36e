package org.iommulab.user.sysfs;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.iommulab.bus.Device;
import org.iommulab.core.DefaultDomainType;
import org.iommulab.core.Group;
import org.iommulab.core.GroupName;
import org.iommulab.core.IommuCore;
import org.iommulab.core.ReservedRegions;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Kernel;

/** {@code /sys/kernel/iommu_groups} (drivers/iommu/iommu.c). */
public final class GroupFiles {
    private final Kernel kernel;
    private final IommuCore core;

    public GroupFiles(Kernel kernel, IommuCore core) {
        this.kernel = kernel;
        this.core = core;
    }

    /** By their numbers. */
    public List<Group> all() {
        return core.probing().groupList().stream()
                .sorted(Comparator.comparingInt(Group::number))
                .toList();
    }

    /** The folder {@code devices}: members in the order of their names, as a directory lists them. */
    public static List<Device> members(Group group) {
        return group.devices().toList().stream()
                .sorted(Comparator.comparing(Device::label))
                .toList();
    }

    /** The file {@code name}, which is there only when the group has a name. */
    public static Optional<String> name(Group group) {
        return group.name().get().map(GroupName::label);
    }

    /** A group in one line: number, type, members with their drivers. */
    public static String line(Group group) {
        String devices = members(group).stream()
                .map(device -> device.label() + "(" + device.driverName().orElse("-") + ")")
                .collect(Collectors.joining(","));
        return "group %d type=%s devices=%s".formatted(group.number(), DefaultDomainType.word(group), devices);
    }

    /** A write to {@code type}. */
    public long writeType(Group group, String word) {
        return core.defaultType().store(group, word);
    }

    /** The lines of {@code reserved_regions}. */
    public List<String> reservedRegions(Group group) {
        return ReservedRegions.ofGroup(kernel, group).stream()
                .map(GroupFiles::regionLine)
                .toList();
    }

    private static String regionLine(ResvRegion region) {
        String kind = switch (region.type()) {
            case SW_MSI -> "msi";
            case DIRECT, DIRECT_RELAXABLE, RESERVED, MSI ->
                region.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
        return "0x%016x 0x%016x %s".formatted(region.start(), region.last(), kind);
    }
}
