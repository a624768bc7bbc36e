package org.iommulab.conform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.board.Architecture;
import org.iommulab.board.Board;
import org.iommulab.board.ConfigValue;
import org.iommulab.board.Registry;

/**
 * The board of a captured machine: memory, IOMMUs and what its kernel was built with. Its functions are not on it; they
 * are found by the scan.
 *
 * @param unitDevices the IOMMUs' devices by the names that sysfs has for the IOMMUs
 */
record CapturedBoard(Board board, Map<String, String> unitDevices) {
    CapturedBoard {
        unitDevices = Map.copyOf(unitDevices);
    }

    /** @throws BadCapture for an IOMMU of a kind that the lab does not have */
    static CapturedBoard of(CaptureFolder folder, CapturedFacts facts) throws BadCapture {
        var units = new ArrayList<Board.Unit>();
        var devices = new LinkedHashMap<String, String>();
        var drivers = new ArrayList<Board.Driver>();
        for (SysfsInstance instance : facts.instances()) {
            Backend backend = backendOf(folder, instance);
            SysfsInstance.Unit unit =
                    backend.recognise(instance, facts.firmwareMemory()).orElseThrow();
            devices.put(instance.name(), unit.device());
            units.add(new Board.Unit(
                    unit.device(),
                    backend.unitType(),
                    unit.registers(),
                    unit.properties(),
                    Map.of(),
                    Optional.empty()));
            for (String driver : backend.unitDrivers()) {
                if (drivers.stream().noneMatch(d -> d.name().equals(driver))) {
                    drivers.add(new Board.Driver(driver, Board.Initcall.ROOTFS, Optional.empty(), Optional.empty()));
                }
            }
        }
        return new CapturedBoard(board(folder, facts, units, drivers), devices);
    }

    private static Backend backendOf(CaptureFolder folder, SysfsInstance instance) throws BadCapture {
        for (Backend backend : Registry.backends()) {
            if (backend.recognise(instance, List.of()).isPresent()) {
                return backend;
            }
        }
        throw new BadCapture(
                folder.file("topology.json"),
                "IOMMU '" + instance.name() + "' is of a kind that the lab does not have");
    }

    private static Board board(
            CaptureFolder folder, CapturedFacts facts, List<Board.Unit> units, List<Board.Driver> drivers) {
        return new Board(
                "",
                folder.name(),
                folder.name(),
                facts.text().release(),
                facts.text().isArm64() ? Architecture.ARM64 : Architecture.X86,
                config(facts),
                List.of(facts.mainMemory()),
                facts.pciWindows(),
                List.of(),
                List.of(),
                units,
                List.of(),
                drivers,
                Optional.empty());
    }

    /** Options that a distribution's kernel has; of the hardware, an ITS where there is a GICv3. */
    private static Map<String, ConfigValue> config(CapturedFacts facts) {
        var config = new LinkedHashMap<String, ConfigValue>();
        config.put("SMP", ConfigValue.Y);
        config.put("IOMMU_DMA", ConfigValue.Y);
        if (facts.text().isArm64()) {
            config.put("ACPI", isAcpi(facts) ? ConfigValue.Y : ConfigValue.N);
            config.put("ARM_GIC_V3_ITS", ConfigValue.Y);
        }
        return config;
    }

    /** Whether a device tree described the machine, not ACPI. */
    boolean hasDeviceTree() {
        return board.architecture() == Architecture.ARM64
                && !board.config("ACPI").isYes();
    }

    // ACPI gives devices made-up numbers, a device tree their addresses
    private static boolean isAcpi(CapturedFacts facts) {
        return facts.instances().stream()
                .anyMatch(instance -> instance.hangsOn()
                        .filter(name -> name.endsWith(".auto"))
                        .isPresent());
    }
}
