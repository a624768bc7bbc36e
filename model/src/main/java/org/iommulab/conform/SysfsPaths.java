package org.iommulab.conform;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.SriovCapability;
import org.iommulab.core.DefaultDomainType;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.user.sysfs.DriverFiles;
import org.iommulab.user.sysfs.GroupFiles;

/** Reading and writing files of sysfs by their paths. A path that the lab does not have is one that does not exist. */
final class SysfsPaths {
    private static final Pattern DEVICE = Pattern.compile("/sys/bus/pci/devices/([^/]+)/(\\w+)");
    private static final Pattern GROUP = Pattern.compile("/sys/kernel/iommu_groups/(\\d{1,6})/(\\w+)");
    private static final Pattern DRIVER = Pattern.compile("/sys/bus/pci/drivers/([^/]+)/(bind|unbind)");

    private static final Pattern TYPE1 = Pattern.compile("/sys/module/vfio_iommu_type1/parameters/(\\w+)");

    private final CapturedMachine machine;
    private final SysfsFiles files;

    SysfsPaths(CapturedMachine machine, SysfsFiles files) {
        this.machine = machine;
        this.files = files;
    }

    Answer write(String path, String value) {
        Matcher device = DEVICE.matcher(path);
        Matcher group = GROUP.matcher(path);
        Matcher driver = DRIVER.matcher(path);
        if (device.matches() && machine.device(device.group(1)).isPresent()) {
            return Answer.of(writeDevice(device.group(1), device.group(2), value));
        }
        if (group.matches() && group.group(2).equals("type")) {
            return group(group.group(1))
                    .map(found -> Answer.of(files.groups().writeType(found, value)))
                    .orElse(Answer.failed(Errno.ENOENT));
        }
        if (driver.matches()) {
            return Answer.of(
                    driver.group(2).equals("bind")
                            ? files.drivers().bind(value, driver.group(1))
                            : files.drivers().unbind(value));
        }
        Matcher parameter = TYPE1.matcher(path);
        if (parameter.matches()) {
            return Answer.of(machine.world().vfio().parameters().set(parameter.group(1), value));
        }
        return switch (path) {
            case "/sys/bus/pci/drivers_probe" -> Answer.of(files.drivers().probe(value));
            case "/sys/bus/pci/rescan" -> Answer.of(machine.rescan());
            default -> Answer.failed(Errno.ENOENT);
        };
    }

    private long writeDevice(String name, String file, String value) {
        return switch (file) {
            case "driver_override" -> files.drivers().override(name, value);
            case "remove" -> machine.remove(name);
            case "rescan" -> machine.rescan();
            case "sriov_numvfs" -> machine.setVirtualFunctions(name, value);
            case "sriov_drivers_autoprobe" -> machine.setVirtualFunctionsAutoprobe(name, value);
            default -> Errno.ENOENT.negative();
        };
    }

    /** The file's lines, each behind a bar. */
    Answer read(String path) {
        return lines(path)
                .map(lines ->
                        new Answer(0, lines.stream().map(line -> "| " + line).toList()))
                .orElse(Answer.failed(Errno.ENOENT));
    }

    private Optional<List<String>> lines(String path) {
        Matcher device = DEVICE.matcher(path);
        Matcher group = GROUP.matcher(path);
        if (group.matches()) {
            return group(group.group(1)).flatMap(found -> switch (group.group(2)) {
                case "type" -> Optional.of(List.of(DefaultDomainType.word(found)));
                case "name" -> GroupFiles.name(found).map(List::of);
                case "reserved_regions" -> Optional.of(files.groups().reservedRegions(found));
                default -> Optional.empty();
            });
        }
        if (device.matches()) {
            return machine.device(device.group(1)).flatMap(found -> switch (device.group(2)) {
                case "driver_override" -> Optional.of(List.of(DriverFiles.override(found)));
                case "sriov_numvfs" ->
                    physical(found).map(f -> List.of(Long.toString(f.numVfs().get())));
                case "sriov_totalvfs" ->
                    physical(found)
                            .flatMap(f -> SriovCapability.of(f.found()))
                            .map(capability -> List.of(Integer.toString(capability.totalVfs())));
                case "sriov_drivers_autoprobe" ->
                    physical(found).map(f -> List.of(f.vfDriversAutoprobe().get() ? "1" : "0"));
                default -> machine.attribute(found, device.group(2)).map(List::of);
            });
        }
        return Optional.empty();
    }

    private Optional<PciFunction> physical(Device device) {
        return device.pci().filter(_ -> machine.world().pci().isPhysicalFunction(device));
    }

    private Optional<Group> group(String number) {
        return files.groups().all().stream()
                .filter(group -> Integer.toString(group.number()).equals(number))
                .findFirst();
    }
}
