package org.iommulab.capture.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.bus.Device;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.machine.Ungrouped.Reason;

/** Why a device is in no group: what the file tells, first what is surest. */
final class GroupsTold {
    private static final String IOMMU_CLASS = "0x0806";

    private final MachineFile file;
    private final StillPci pci;
    /** Devices that are in a group, by their requester ids. */
    private final Map<Integer, List<String>> grouped;

    GroupsTold(MachineFile file, StillPci pci) {
        this.file = file;
        this.pci = pci;
        this.grouped = grouped();
    }

    List<Ungrouped> ungrouped() {
        Set<String> members = file.topology().groups().stream()
                .flatMap(group -> group.devices().stream())
                .collect(Collectors.toSet());
        return file.topology().devices().stream()
                .filter(device -> !members.contains(device.name()))
                .map(this::of)
                .toList();
    }

    private Ungrouped of(CapturedTopology.Device device) {
        String driver = device.driver() == null ? "" : device.driver();
        Told told = told(device, driver);
        String said = logged(device.name())
                .map(line -> " The kernel log has: \"" + line + "\".")
                .orElse("");
        return new Ungrouped(device.name(), device.kind(), driver, told.reason(), told.sentence() + said);
    }

    private record Told(Reason reason, String sentence) {}

    private Told told(CapturedTopology.Device device, String driver) {
        String name = device.name();
        if (file.topology().units().isEmpty()) {
            return new Told(
                    Reason.NO_IOMMU,
                    name + " has no group because the machine shows no IOMMU: there is none, or it is off in the"
                            + " firmware or on the kernel's command line.");
        }
        if (device.deviceClass() != null && device.deviceClass().startsWith(IOMMU_CLASS)) {
            return new Told(Reason.IS_AN_IOMMU, name + " has no group because it is an IOMMU itself.");
        }
        if (device.unit() != null) {
            return new Told(
                    Reason.NOT_TOLD,
                    name + " stands behind " + device.unit() + " but is in no group; the file does not say why.");
        }
        if (!file.arm64()) {
            return new Told(
                    Reason.NOT_BEHIND_ONE,
                    name + " has no group because no IOMMU serves it: its DMA goes to memory untranslated.");
        }
        Optional<String> first = sharesIdWith(name);
        if (first.isPresent() && !driver.isEmpty()) {
            return new Told(
                    Reason.ID_TAKEN,
                    name + " has no group because its requests carry the id of " + first.get()
                            + ", which the IOMMU's driver already has: a second device under one stream id is"
                            + " refused.");
        }
        if (driver.isEmpty()) {
            return new Told(
                    Reason.NEVER_PROBED,
                    name + " has no group because no driver was bound to it yet: on arm64 a device joins its group when"
                            + " a driver first tries it"
                            + first.map(other -> "; it would then be refused, since " + other + " has its id")
                                    .orElse("")
                            + ".");
        }
        return new Told(
                Reason.NOT_TOLD,
                name + " has a driver, " + driver + ", but no group: the firmware names no IOMMU for it, or the IOMMU's"
                        + " driver refused it.");
    }

    /** A device with a group of whose requester ids one is also this device's. */
    private Optional<String> sharesIdWith(String name) {
        return ids(name).stream()
                .flatMap(id -> grouped.getOrDefault(id, List.of()).stream())
                .filter(other -> !other.equals(name))
                .findFirst();
    }

    // a bridge has the id of what is behind it, but does not register a stream of theirs first
    private Map<Integer, List<String>> grouped() {
        var byId = new HashMap<Integer, List<String>>();
        file.topology().groups().stream()
                .flatMap(group -> group.devices().stream())
                .filter(name -> pci.find(name)
                        .flatMap(Device::pci)
                        .filter(function -> !function.isBridge())
                        .isPresent())
                .forEach(name -> ids(name)
                        .forEach(id ->
                                byId.computeIfAbsent(id, _ -> new ArrayList<>()).add(name)));
        return byId;
    }

    private Set<Integer> ids(String name) {
        return pci.find(name)
                .map(device -> pci.pci().dmaAliases(device).stream()
                        .map(alias -> alias.requesterId())
                        .collect(Collectors.toCollection(TreeSet::new)))
                .orElseGet(TreeSet::new);
    }

    private Optional<String> logged(String name) {
        return file.log().stream()
                .filter(line -> line.contains(name)
                        && (line.contains("already in tree")
                                || line.contains("Adding to IOMMU failed")
                                || line.contains("Failed to add to iommu group")))
                .map(line -> line.replaceFirst("^\\[[ 0-9.]+] ?", "").strip())
                .findFirst();
    }
}
