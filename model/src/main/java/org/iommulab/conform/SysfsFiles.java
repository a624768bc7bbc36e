package org.iommulab.conform;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.user.sysfs.DriverFiles;
import org.iommulab.user.sysfs.GroupFiles;

/** What the experiment reads and writes in sysfs, and the lines that it prints of it. */
final class SysfsFiles {
    private final CapturedMachine machine;
    private final DriverFiles drivers;
    private final GroupFiles groups;

    SysfsFiles(CapturedMachine machine) {
        this.machine = machine;
        this.drivers = new DriverFiles(machine.world().bus(), machine::device);
        this.groups = new GroupFiles(machine.world().kernel(), machine.world().core());
    }

    DriverFiles drivers() {
        return drivers;
    }

    GroupFiles groups() {
        return groups;
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
                        DriverFiles.override(device),
                        group.map(g -> Integer.toString(g.number())).orElse("-"));
        return group.map(g -> List.of(line, GroupFiles.line(g))).orElse(List.of(line));
    }

    /** The {@code type} file of the device's group. */
    Answer writeType(String name, String word) {
        Optional<Group> group = machine.device(name).flatMap(Group::of);
        if (group.isEmpty()) {
            return Answer.failed(Errno.ENOENT).with(List.of("group - type=?(ENOENT) devices="));
        }
        long error = groups.writeType(group.get(), word);
        return Answer.of(error).with(List.of(GroupFiles.line(group.get())));
    }
}
