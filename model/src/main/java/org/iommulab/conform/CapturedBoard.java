package org.iommulab.conform;

import java.nio.file.Path;
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
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.core.AcpiIommu;

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

    /**
     * @param name what to call the machine
     * @param file where its IOMMUs stand, for messages
     * @param patched whether its kernel has the patch that lets ACS be overridden
     * @throws BadCapture for an IOMMU of a kind that the lab does not have
     */
    static CapturedBoard of(String name, Path file, CapturedFacts facts, boolean patched) throws BadCapture {
        var units = new ArrayList<Board.Unit>();
        var devices = new LinkedHashMap<String, String>();
        var drivers = new ArrayList<Board.Driver>();
        for (SysfsInstance instance : facts.instances()) {
            Backend backend = backendOf(file, instance);
            SysfsInstance.Unit unit = backend.recognise(Served.in(facts, instance), facts.firmwareMemory())
                    .orElseThrow();
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
        return new CapturedBoard(board(name, facts, patched, units, drivers), devices);
    }

    private static Backend backendOf(Path file, SysfsInstance instance) throws BadCapture {
        for (Backend backend : Registry.backends()) {
            if (backend.recognise(instance, List.of()).isPresent()) {
                return backend;
            }
        }
        throw new BadCapture(file, "IOMMU '" + instance.name() + "' is of a kind that the lab does not have");
    }

    private static Board board(
            String name, CapturedFacts facts, boolean patched, List<Board.Unit> units, List<Board.Driver> drivers) {
        return new Board(
                "",
                name,
                name,
                facts.text().release(),
                facts.text().isArm64() ? Architecture.ARM64 : Architecture.X86,
                config(facts, units, patched),
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
    private static Map<String, ConfigValue> config(CapturedFacts facts, List<Board.Unit> units, boolean patched) {
        var config = new LinkedHashMap<String, ConfigValue>();
        config.put("SMP", ConfigValue.Y);
        config.put("IOMMU_DMA", ConfigValue.Y);
        if (patched) {
            config.put(AcsOverride.PATCH, ConfigValue.Y);
        }
        boolean acpi = !facts.text().isArm64() || isAcpi(facts);
        if (acpi && units.stream().anyMatch(CapturedBoard::isInViot)) {
            config.put(AcpiIommu.VIOT_OPTION, ConfigValue.Y);
        }
        if (!facts.text().isArm64()) {
            // its units would not be in sysfs if the kernel had not wanted them, whatever made it want them; scalable
            // mode is wanted by default (drivers/iommu/intel/Kconfig)
            config.put("INTEL_IOMMU_DEFAULT_ON", ConfigValue.Y);
            config.put("INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON", ConfigValue.Y);
        }
        if (facts.text().isArm64()) {
            config.put("ACPI", acpi ? ConfigValue.Y : ConfigValue.N);
            config.put("ARM_GIC_V3_ITS", ConfigValue.Y);
        }
        return config;
    }

    /** Whether a device tree described the machine, not ACPI. */
    boolean hasDeviceTree() {
        return board.architecture() == Architecture.ARM64
                && !board.config("ACPI").isYes();
    }

    private static boolean isInViot(Board.Unit unit) {
        return Registry.backend(unit.type()).filter(Backend::isInViot).isPresent();
    }

    /** Whether the kernel learns which functions an IOMMU serves when a driver comes, so that none need show it yet. */
    boolean isReadAtBind() {
        return board.architecture() == Architecture.ARM64
                || board.config(AcpiIommu.VIOT_OPTION).isYes();
    }

    // ACPI gives devices made-up numbers, a device tree their addresses
    private static boolean isAcpi(CapturedFacts facts) {
        return facts.acpi()
                || facts.instances().stream()
                        .anyMatch(instance -> instance.hangsOn()
                                .filter(name -> name.endsWith(".auto"))
                                .isPresent());
    }
}
