package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.board.Board;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.machine.MachineFile;

/** What a machine is built from, out of a captured file, which is no experiment: what its groups say may be used. */
final class FileFacts {
    private static final Pattern RAM = Pattern.compile("^ *([0-9a-f]+)-([0-9a-f]+) : System RAM$");
    private static final String FIRMWARE = "firmware.json";

    /** Of memory of which no address was readable the lab makes up so much, where such machines have it. */
    private static final long MADE_UP = 1 << 30;

    private static final long X86_RAM = 0x10_0000;
    private static final long ARM64_RAM = 0x4000_0000;

    private FileFacts() {}

    static CapturedFacts of(MachineFile file, String commandLine) throws IOException {
        CapturedTopology topology = file.topology();
        var behind = new LinkedHashMap<String, String>();
        var drivers = new LinkedHashMap<String, String>();
        for (CapturedTopology.Device device : topology.devices()) {
            Optional.ofNullable(device.unit()).ifPresent(unit -> behind.put(device.name(), unit));
            Optional.ofNullable(device.driver()).ifPresent(driver -> drivers.put(device.name(), driver));
        }
        String release = file.release().isEmpty() ? file.nearest().text() : file.release();
        var text = new CaptureText(release, commandLine, file.arm64() ? "arm64 (aarch64)" : "x86");
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
                file.functions(),
                memory(file),
                ranges(file, CapturedFacts.PCI_WINDOW),
                reserved(file),
                file.iomem().stream()
                        .anyMatch(
                                line -> CapturedFacts.ACPI_BRIDGE.matcher(line).find()));
    }

    private static List<Board.MemoryBank> memory(MachineFile file) {
        List<Board.MemoryBank> banks = ranges(file, RAM);
        return banks.isEmpty() ? List.of(new Board.MemoryBank(file.arm64() ? ARM64_RAM : X86_RAM, MADE_UP)) : banks;
    }

    // Without rights all addresses of /proc/iomem read as 0.
    private static List<Board.MemoryBank> ranges(MachineFile file, Pattern pattern) {
        var ranges = new ArrayList<Board.MemoryBank>();
        for (String line : file.iomem()) {
            Matcher range = pattern.matcher(line);
            if (range.find()) {
                long start = Long.parseUnsignedLong(range.group(1), 16);
                long last = Long.parseUnsignedLong(range.group(2), 16);
                if (last > start) {
                    ranges.add(new Board.MemoryBank(start, last + 1 - start));
                }
            }
        }
        return List.copyOf(ranges);
    }

    /** As the firmware's own file has it, or else by the groups: sysfs does not say for which member a region is. */
    private static List<CapturedFacts.Reserved> reserved(MachineFile file) throws IOException {
        Path firmware = file.file().resolveSibling(FIRMWARE);
        if (Files.isRegularFile(firmware)) {
            return CapturedFacts.reserved(firmware);
        }
        var reserved = new ArrayList<CapturedFacts.Reserved>();
        for (CapturedTopology.Group group : file.topology().groups()) {
            Optional<String> member = group.devices().stream()
                    .filter(name -> !isBridge(file, name))
                    .findFirst()
                    .or(() -> group.devices().stream().findFirst());
            group.regions().stream()
                    .filter(region -> region.type().startsWith("direct") && !isOfIsaBridge(region))
                    .forEach(region -> member.ifPresent(device -> reserved.add(
                            new CapturedFacts.Reserved(device, address(region.start()), address(region.end())))));
        }
        return reserved;
    }

    /** Intel's driver adds the first 16 MiB for ISA bridges by itself (CONFIG_INTEL_IOMMU_FLOPPY_WA): no firmware's. */
    private static boolean isOfIsaBridge(CapturedTopology.Region region) {
        return address(region.start()) == 0 && address(region.end()) == (1 << 24) - 1;
    }

    private static long address(String hex) {
        return Long.parseUnsignedLong(hex.substring("0x".length()), 16);
    }

    private static boolean isBridge(MachineFile file, String name) {
        return PciAddress.parse(name)
                .map(file.functions()::get)
                .map(ConfigSpace::headerType)
                .filter(type -> type == 1)
                .isPresent();
    }
}
