package org.iommulab.conform;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverName;
import org.iommulab.core.DefaultDomainType;
import org.iommulab.core.Group;
import org.iommulab.core.ReservedRegions;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.SimObject;

/** What a user reads and writes in sysfs: drivers and devices, and the groups' files (drivers/base/bus.c). */
final class SysfsFiles {
    private final CapturedMachine machine;

    SysfsFiles(CapturedMachine machine) {
        this.machine = machine;
    }

    /** The device's driver, its override and its group, as a line, and the group's line when it has one. */
    List<String> state(String name) {
        Optional<Device> found = machine.device(name);
        if (found.isEmpty()) {
            return List.of("state " + name + " absent");
        }
        Device device = found.get();
        Optional<Group> group = Group.of(device);
        String line = "state %s driver=%s driver_override=%s group=%s"
                .formatted(
                        name,
                        device.driverName().orElse("-"),
                        device.driverOverride().get().map(SimObject::label).orElse("(null)"),
                        group.map(g -> Integer.toString(g.number())).orElse("-"));
        return group.map(g -> List.of(line, groupLine(g))).orElse(List.of(line));
    }

    /** Members are named in the order of their names, as a directory lists them. */
    static String groupLine(Group group) {
        String devices = group.devices().toList().stream()
                .sorted(Comparator.comparing(Device::label))
                .map(device -> device.label() + "(" + device.driverName().orElse("-") + ")")
                .collect(Collectors.joining(","));
        return "group %d type=%s devices=%s".formatted(group.number(), DefaultDomainType.word(group), devices);
    }

    List<Group> groups() {
        return machine.world().core().probing().groupList().stream()
                .sorted(Comparator.comparingInt(Group::number))
                .toList();
    }

    long unbind(String name) {
        Optional<Device> device = machine.device(name).filter(d -> !d.driver().isNull());
        device.ifPresent(machine.world().bus()::unbind);
        return device.isPresent() ? 0 : Errno.ENOENT.negative();
    }

    long bind(String name, String driverName) {
        Optional<Driver> driver = machine.world().bus().driverNamed(driverName);
        if (driver.isEmpty()) {
            return Errno.ENOENT.negative();
        }
        long error = machine.device(name)
                .map(device -> machine.world().bus().bind(driver.get(), device))
                .orElse((long) Errno.ENODEV.negative());
        return error == Errno.EPROBE_DEFER.negative() ? Errno.EAGAIN.negative() : error;
    }

    /** @param text a driver's name; empty clears it */
    long override(String name, String text) {
        Optional<Device> device = machine.device(name);
        device.ifPresent(d -> d.driverOverride()
                .set(text.isEmpty() ? Optional.empty() : Optional.of(new DriverName(machine.machine(), text))));
        return device.isPresent() ? 0 : Errno.ENOENT.negative();
    }

    /** drivers_probe: only what stops before the driver's own probe is an error. */
    long probe(String name) {
        Optional<Device> device = machine.device(name);
        if (device.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        return machine.world().bus().attach(device.get()) < 0 ? Errno.EINVAL.negative() : 0;
    }

    /** The {@code type} file of the device's group. */
    Answer writeType(String name, String word) {
        Optional<Group> group = machine.device(name).flatMap(Group::of);
        if (group.isEmpty()) {
            return Answer.failed(Errno.ENOENT).with(List.of("group - type=?(ENOENT) devices="));
        }
        long error = machine.world().core().defaultType().store(group.get(), word);
        return Answer.of(error).with(List.of(groupLine(group.get())));
    }

    /** The lines of a group's {@code reserved_regions}. */
    List<String> reservedRegions(Group group) {
        return ReservedRegions.ofGroup(machine.world().kernel(), group).stream()
                .map(SysfsFiles::regionLine)
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
