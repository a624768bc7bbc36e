package org.iommulab.scenario;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.SriovCapability;
import org.iommulab.core.DefaultDomainType;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.user.sysfs.DriverFiles;
import org.iommulab.user.sysfs.GroupFiles;

/** Files that a story's user writes and reads. A device that is not there has none: -ENOENT. */
final class SysfsDeeds {
    private final World world;
    private final DriverFiles drivers;
    private final GroupFiles groups;
    private final ToLongFunction<List<String>> print;

    /** @param print takes what was read; 0 */
    SysfsDeeds(World world, ToLongFunction<List<String>> print) {
        this.world = world;
        this.drivers = new DriverFiles(world.bus(), this::present);
        this.groups = new GroupFiles(world.kernel(), world.core());
        this.print = print;
    }

    private Optional<Device> present(String name) {
        return world.device(name).filter(device -> device.present().get());
    }

    long override(String device, Optional<String> driver) {
        return drivers.override(device, driver.orElse(""));
    }

    long bind(String device, String driver) {
        return drivers.bind(device, driver);
    }

    long unbind(String device) {
        return drivers.unbind(device);
    }

    long probe(String device) {
        return drivers.probe(device);
    }

    long writeType(String device, String word) {
        return present(device)
                .flatMap(Group::of)
                .map(group -> groups.writeType(group, word))
                .orElse((long) Errno.ENOENT.negative());
    }

    long offerVirtualFunctions(Device device, boolean offered) {
        if (!world.pci().isPhysicalFunction(device)) {
            return Errno.ENOENT.negative();
        }
        device.pci().orElseThrow().vfDriversAutoprobe().set(offered);
        return 0;
    }

    long listGroups() {
        return print.applyAsLong(groups.all().stream().map(GroupFiles::line).toList());
    }

    long read(String name, Action.UserFile file) {
        return present(name)
                .flatMap(device -> lines(device, file))
                .map(print::applyAsLong)
                .orElse((long) Errno.ENOENT.negative());
    }

    private Optional<List<String>> lines(Device device, Action.UserFile file) {
        return switch (file) {
            case DRIVER -> device.driverName().map(List::of);
            case DRIVER_OVERRIDE -> Optional.of(List.of(DriverFiles.override(device)));
            case GROUP_DEVICES ->
                Group.of(device)
                        .map(group -> GroupFiles.members(group).stream()
                                .map(Device::label)
                                .toList());
            case GROUP_NAME -> Group.of(device).flatMap(GroupFiles::name).map(List::of);
            case GROUP_RESERVED_REGIONS -> Group.of(device).map(groups::reservedRegions);
            case GROUP_TYPE -> Group.of(device).map(group -> List.of(DefaultDomainType.word(group)));
            case SRIOV_NUMVFS ->
                physical(device)
                        .map(function -> List.of(Long.toString(function.numVfs().get())));
            case SRIOV_TOTALVFS ->
                physical(device)
                        .flatMap(function -> SriovCapability.of(function.found()))
                        .map(capability -> List.of(Integer.toString(capability.totalVfs())));
        };
    }

    private Optional<PciFunction> physical(Device device) {
        return device.pci().filter(_ -> world.pci().isPhysicalFunction(device));
    }
}
