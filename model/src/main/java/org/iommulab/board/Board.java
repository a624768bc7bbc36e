package org.iommulab.board;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.iommulab.bus.pci.PciType;
import org.iommulab.json.FieldName;

/**
 * A machine that can be built: what is on it, how it is wired, and in which order its drivers register.
 *
 * @param schema the JSON schema that the file names, for editors
 * @param name as scenarios and the command line name it: {@code odroid-u3}
 * @param title in words
 * @param source where its facts are from, and which were chosen by the lab
 * @param config kernel options that this board is usually built with, without {@code CONFIG_}
 * @param memory banks of RAM
 * @param pciWindows bus addresses that the host bridge of PCI answers to itself; none where nobody says
 * @param clocks clocks, by the clock core's names
 * @param units IOMMU units
 * @param devices devices that do DMA, and those that others wait for; in the order of the device tree
 * @param drivers drivers in the order in which they register
 * @param drm the display subsystem that joins several devices, if there is one
 */
public record Board(
        @FieldName("$schema") String schema,
        String name,
        String title,
        String source,
        Architecture architecture,
        Map<String, ConfigValue> config,
        List<MemoryBank> memory,
        List<MemoryBank> pciWindows,
        List<Clock> clocks,
        List<PowerDomain> powerDomains,
        List<Unit> units,
        List<Device> devices,
        List<Driver> drivers,
        Optional<Drm> drm) {

    public Board {
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        memory = List.copyOf(memory);
        pciWindows = List.copyOf(pciWindows);
        clocks = List.copyOf(clocks);
        powerDomains = List.copyOf(powerDomains);
        units = List.copyOf(units);
        devices = List.copyOf(devices);
        drivers = List.copyOf(drivers);
    }

    public Optional<Unit> unit(String unitName) {
        return units.stream().filter(u -> u.name().equals(unitName)).findFirst();
    }

    public Optional<Device> device(String deviceName) {
        return devices.stream().filter(d -> d.name().equals(deviceName)).findFirst();
    }

    public Optional<Driver> driver(String driverName) {
        return drivers.stream().filter(d -> d.name().equals(driverName)).findFirst();
    }

    /** Whether its PCI functions are found by a scan, can be removed and found again; else they are there from the start. */
    public boolean isScanned() {
        for (Device device : devices) {
            if (device.pci().isPresent() && device.pci().get().ids().isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the kernel makes this device when it finds it, so that there is none before, and another one after a rescan. */
    public boolean isFound(Device device) {
        return device.pci().isPresent() && isScanned();
    }

    /** Whether a device tree says what is there, and not ACPI or the machine itself. */
    boolean isDescribedByDeviceTree() {
        return architecture != Architecture.X86
                && architecture != Architecture.S390
                && !config("ACPI").isYes()
                && !config("ACPI_VIOT").isYes();
    }

    /** The option's value on this board; {@code N} when the board does not say. */
    public ConfigValue config(String option) {
        return config.getOrDefault(option, ConfigValue.N);
    }

    /**
     * A bank of RAM, or a window of a host bridge.
     *
     * @param base physical address, page aligned
     * @param size bytes, whole pages
     */
    public record MemoryBank(long base, long size) {}

    /** @param title in words; may be missing */
    public record Clock(String name, Optional<String> title) {}

    /** @param title in words; may be missing */
    public record PowerDomain(String name, Optional<String> title) {}

    /**
     * An IOMMU unit.
     *
     * @param name the kernel's device name, {@code 12e20000.sysmmu}; that of a device of the board where the unit is a
     *     PCI function itself
     * @param type the kind of unit, mostly by the name of its driver: {@code exynos-sysmmu}
     * @param registers physical address of its registers
     * @param properties what its kind of unit wants to know (a revision, a number of contexts), by its own names
     * @param clocks by the driver's name for them: {@code master -> mixer}
     */
    public record Unit(
            String name,
            String type,
            long registers,
            Map<String, Long> properties,
            Map<String, String> clocks,
            Optional<String> powerDomain) {
        public Unit {
            properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
            clocks = Collections.unmodifiableMap(new LinkedHashMap<>(clocks));
        }
    }

    /**
     * A device.
     *
     * @param name the kernel's device name, {@code 12c10000.mixer}
     * @param title in words, {@code TV mixer}
     * @param type what it does: {@code mixer}, {@code decon}, {@code g2d}, {@code supplier}
     * @param driver the driver whose match table names it
     * @param iommus units in front of it, in the order of its {@code iommus} property, each with the numbers that stand
     *     behind it: {@code 10205000.iommu 3}
     * @param clocks by the driver's name for them
     * @param suppliers devices that its driver's probe asks for; while one is absent the probe returns -EPROBE_DEFER
     * @param appears when it is there
     * @param pci what it is on PCI, where its name is an address; missing for a platform device
     * @param dmaRange the addresses that the bus it is on hands on, by the device tree's {@code dma-ranges}; all when missing
     * @param dmaCoherent whether its DMA sees the CPU's caches, by the device tree's {@code dma-coherent}; {@code n} when
     *     missing. Where there is no device tree it always does.
     */
    public record Device(
            String name,
            String title,
            String type,
            Optional<String> driver,
            List<String> iommus,
            Map<String, String> clocks,
            Optional<String> powerDomain,
            List<String> suppliers,
            Optional<Appears> appears,
            Optional<Pci> pci,
            Optional<MemoryBank> dmaRange,
            Optional<ConfigValue> dmaCoherent) {
        public Device {
            iommus = List.copyOf(iommus);
            clocks = Collections.unmodifiableMap(new LinkedHashMap<>(clocks));
            suppliers = List.copyOf(suppliers);
        }

        public boolean isLate() {
            return appears.orElse(Appears.AT_BOOT) == Appears.LATER;
        }
    }

    /**
     * What a function is on PCI.
     *
     * @param type the device/port type of its PCI Express capability
     * @param below the bridge above it, a device of the board; missing on a root bus
     * @param acs whether its ACS capability keeps it apart from its neighbours; {@code n} when missing
     * @param ids vendor and device, {@code 8086:10d3}: then the board's functions wait to be found by a scan
     * @param classCode base class, sub-class and programming interface; 0 when missing
     * @param reset whether it has a function level reset; {@code n} when missing
     * @param sriov the virtual functions that it can make
     * @param virtualOf whose virtual function it is; it is there when somebody asks that one for it
     * @param pasidBits how wide its PASIDs are; none when missing
     * @param externalFacing whether firmware says of a root port that what is below can be plugged in from outside
     */
    public record Pci(
            PciType type,
            Optional<String> below,
            Optional<ConfigValue> acs,
            Optional<String> ids,
            OptionalLong classCode,
            Optional<ConfigValue> reset,
            Optional<Sriov> sriov,
            Optional<String> virtualOf,
            OptionalInt pasidBits,
            Optional<ConfigValue> externalFacing) {
        public boolean isolates() {
            return acs.orElse(ConfigValue.N).isYes();
        }

        public boolean canBeReset() {
            return reset.orElse(ConfigValue.N).isYes();
        }

        public boolean facesOutside() {
            return externalFacing.orElse(ConfigValue.N).isYes();
        }
    }

    /**
     * An SR-IOV capability.
     *
     * @param total how many virtual functions there can be
     * @param offset from its requester id to that of the first one
     * @param stride from one's requester id to the next one's
     * @param device their device id
     */
    public record Sriov(int total, int offset, int stride, long device) {}

    /**
     * A driver.
     *
     * @param name the kernel's driver name, {@code exynos-mixer}
     * @param initcall the level at which it registers: {@code core}, {@code device}
     * @param driverManagedDma whether the core keeps its hands off the device's DMA (driver_managed_dma)
     * @param appears whether it registers at boot or only by the story
     */
    public record Driver(
            String name, Initcall initcall, Optional<ConfigValue> driverManagedDma, Optional<Appears> appears) {
        public boolean managesDma() {
            return driverManagedDma.orElse(ConfigValue.N).isYes();
        }

        public boolean isLate() {
            return appears.orElse(Appears.AT_BOOT) == Appears.LATER;
        }
    }

    /** The kernel's initcall levels (include/linux/init.h) that boards use, in their order. */
    public enum Initcall {
        /** Before all of them: x86 reads the firmware's DMAR table when it sets up its interrupts. */
        EARLY,
        CORE,
        SUBSYS,
        /** When the devices of PCI are there: x86 starts its IOMMUs then (pci_iommu_init). */
        ROOTFS,
        DEVICE,
        LATE
    }

    /**
     * The display subsystem: one master device whose probe binds the components.
     *
     * @param driver its driver
     * @param components devices in the order in which they are bound
     */
    public record Drm(String device, String driver, List<String> components) {
        public Drm {
            components = List.copyOf(components);
        }
    }
}
