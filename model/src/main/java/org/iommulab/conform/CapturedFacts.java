package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.backend.FirmwareMemory;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.board.Board;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.LspciReader;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciHardware;
import org.iommulab.bus.pci.SriovCapability;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.TopologyReader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that a machine is built from: what firmware and hardware say, and which driver is whose. Nothing of it tells what
 * the IOMMU core did.
 *
 * @param text kernel, command line, emulator
 * @param instances the IOMMUs
 * @param behind which IOMMU a device hangs on, as far as the machine shows it
 * @param driverOf the driver of a device, for those that had one
 * @param functions configuration spaces
 * @param memory banks of RAM
 * @param reserved memory that the firmware keeps for devices
 * @param acpi whether the host bridge has the name that ACPI gives it, not a device tree's
 */
record CapturedFacts(
        CaptureText text,
        List<SysfsInstance> instances,
        Map<String, String> behind,
        Map<String, String> driverOf,
        Map<PciAddress, ConfigSpace> functions,
        List<Board.MemoryBank> memory,
        List<Board.MemoryBank> pciWindows,
        List<Reserved> reserved,
        boolean acpi) {
    private static final Pattern RAM = Pattern.compile("(?m)^([0-9a-f]{1,16})-([0-9a-f]{1,16}) : System RAM$");
    /** What a host bridge passes on, as ACPI's machines and those with a device tree show it; segment 0 alone. */
    static final Pattern PCI_WINDOW =
            Pattern.compile("(?m)^([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (?:PCI Bus 0000:[0-9a-f]{2}|pcie@[0-9a-f]+)$");

    /** A host bridge's window as ACPI's machines show it. */
    static final Pattern ACPI_BRIDGE = Pattern.compile("(?m)^[0-9a-f]+-[0-9a-f]+ : PCI Bus ");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Memory that a device's firmware uses.
     *
     * @param last address of the last byte
     */
    record Reserved(String device, long start, long last) {}

    static CapturedFacts read(CaptureFolder folder) throws IOException {
        CapturedTopology topology = TopologyReader.read(folder.needed("topology.json"));
        var behind = new LinkedHashMap<String, String>();
        var drivers = new LinkedHashMap<String, String>();
        for (CapturedTopology.Device device : topology.devices()) {
            Optional.ofNullable(device.unit()).ifPresent(unit -> behind.put(device.name(), unit));
            Optional.ofNullable(device.driver()).ifPresent(driver -> drivers.put(device.name(), driver));
        }
        CaptureText text = CaptureText.read(folder.needed("capture.txt"));
        return new CapturedFacts(
                text,
                topology.units().stream()
                        .map(unit -> new SysfsInstance(
                                unit.name(),
                                Optional.ofNullable(unit.path()).orElse(""),
                                unit.attributes(),
                                text.version()))
                        .toList(),
                behind,
                drivers,
                functions(folder.needed("lspci-xxxx.txt")),
                memory(folder.needed("iomem.txt")),
                ranges(folder.file("iomem.txt"), PCI_WINDOW),
                folder.has("firmware.json") ? reserved(folder.file("firmware.json")) : List.of(),
                ACPI_BRIDGE.matcher(TextFile.of(folder.file("iomem.txt"))).find());
    }

    private static Map<PciAddress, ConfigSpace> functions(Path file) throws IOException {
        Map<PciAddress, ConfigSpace> functions = LspciReader.read(file);
        if (functions.isEmpty()) {
            throw new BadCapture(file, "names no function, expected what lspci -xxxx prints");
        }
        return functions;
    }

    private static List<Board.MemoryBank> memory(Path file) throws IOException {
        List<Board.MemoryBank> banks = ranges(file, RAM);
        if (banks.isEmpty()) {
            throw new BadCapture(file, "names no 'System RAM' with its addresses");
        }
        return banks;
    }

    private static List<Board.MemoryBank> ranges(Path file, Pattern pattern) throws IOException {
        var ranges = new ArrayList<Board.MemoryBank>();
        Matcher range = pattern.matcher(TextFile.of(file));
        while (range.find()) {
            long start = Long.parseUnsignedLong(range.group(1), 16);
            long last = Long.parseUnsignedLong(range.group(2), 16);
            if (last > start) { // without rights all addresses read as 0
                ranges.add(new Board.MemoryBank(start, last + 1 - start));
            }
        }
        return ranges;
    }

    static List<Reserved> reserved(Path file) throws IOException {
        var reserved = new ArrayList<Reserved>();
        try {
            for (JsonNode node : JSON.readTree(TextFile.of(file)).path("reserved_memory")) {
                reserved.add(new Reserved(
                        node.path("device").asString(),
                        Long.decode(node.path("start").asString()),
                        Long.decode(node.path("end").asString())));
            }
        } catch (JacksonException | NumberFormatException e) {
            throw new BadCapture(file, "expected reserved_memory with device, start and end: " + e.getMessage());
        }
        return reserved;
    }

    /** What firmware keeps for functions of PCI. */
    List<FirmwareMemory> firmwareMemory() {
        var memory = new ArrayList<FirmwareMemory>();
        for (Reserved each : reserved) {
            PciAddress.parse(each.device())
                    .ifPresent(address ->
                            memory.add(new FirmwareMemory(address.requesterId(), each.start(), each.last())));
        }
        return memory;
    }

    /** The bank with most room. */
    Board.MemoryBank mainMemory() {
        return memory.stream()
                .max(java.util.Comparator.comparingLong(Board.MemoryBank::size))
                .orElseThrow();
    }

    /** Drivers with the ids of the devices that they had. */
    Map<String, Set<String>> idsOfDrivers() {
        var ids = new LinkedHashMap<String, Set<String>>();
        Map<PciAddress, PciAddress> virtual = PciHardware.virtualAmong(functions);
        driverOf.forEach((device, driver) -> PciAddress.parse(device)
                .flatMap(address -> ids(address, virtual))
                .ifPresent(found ->
                        ids.computeIfAbsent(driver, _ -> new TreeSet<>()).add(found)));
        return ids;
    }

    /** A virtual function does not say what it is: its physical function does. */
    private Optional<String> ids(PciAddress address, Map<PciAddress, PciAddress> virtual) {
        PciAddress physical = virtual.get(address);
        if (physical == null) {
            return Optional.ofNullable(functions.get(address))
                    .map(space -> "%04x:%04x".formatted(space.vendor(), space.device()));
        }
        return Optional.ofNullable(functions.get(physical))
                .flatMap(space -> SriovCapability.of(space)
                        .map(sriov -> "%04x:%04x".formatted(space.vendor(), sriov.vfDevice())));
    }

    /** How many virtual functions each physical one had made, in the order of their addresses. */
    Map<PciAddress, Integer> virtualFunctions() {
        var made = new TreeMap<PciAddress, Integer>(PciAddress.ORDER);
        PciHardware.virtualAmong(functions).values().forEach(physical -> made.merge(physical, 1, Integer::sum));
        return made;
    }

    /** Drivers that had made virtual functions, and so can. */
    Set<String> driversWithVirtualFunctions() {
        var found = new TreeSet<String>();
        virtualFunctions().keySet().stream()
                .map(physical -> driverOf.get(physical.toString()))
                .filter(Objects::nonNull)
                .forEach(found::add);
        return found;
    }
}
