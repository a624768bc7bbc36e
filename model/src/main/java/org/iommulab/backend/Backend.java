package org.iommulab.backend;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.decode.FaultText;
import org.iommulab.dma.ArmMapping;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.Level;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;

/** A vendor's room, as the registry lists it. */
public interface Backend {
    /** The kind of unit that boards name: {@code exynos-sysmmu}. */
    String unitType();

    /** The kernel's name of the driver that probes such units, as boards list it; most kinds are called after it. */
    default String platformDriverName() {
        return unitType();
    }

    /** The kernel's names of all drivers that its units need, in the order in which they register. */
    default List<String> unitDrivers() {
        return List.of(platformDriverName());
    }

    /** What the unit is, for people: {@code System MMU}. */
    String unitTitle();

    /**
     * Whether devices name such a unit in their {@code iommus} property, so that of_iommu_configure finds it. Where they
     * do not, the board's entries are wiring only, and the driver learns the numbers in its own way.
     */
    default boolean isNamedByIommus() {
        return true;
    }

    /**
     * Whether the unit is a platform device, which is added at boot and which a platform driver probes. Others are found
     * by code of their own: as a PCI function, or through the CPU's instructions.
     */
    default boolean isPlatformDevice() {
        return true;
    }

    /**
     * Whether ACPI tells of such a unit in its VIOT, on x86 as well, so that a device learns of it when a driver comes.
     * Of the others ACPI tells arm64 alone in this way, in the IORT.
     */
    default boolean isInViot() {
        return false;
    }

    /**
     * Whether what stands behind the unit in an entry is in the device tree too. Where {@code #iommu-cells} is 0, a
     * board's numbers only say through which port a device goes, and several entries for a unit are one.
     */
    default boolean hasCells() {
        return true;
    }

    /** What a board may say of such a unit, and in which range. */
    Map<String, IntRange> properties();

    /** The short name of the IOMMU driver: {@code exynos}. */
    String driverName();

    /** The page-table formats that this room brings along. */
    Formats formats();

    /** Names of the formats that the driver's tables have; a room whose formats are shared ones names those. */
    default List<String> formatNames() {
        return formats().golden().stream().map(GoldenFormat::name).toList();
    }

    /**
     * The unit that a running machine's sysfs shows; empty when it is of another kind.
     *
     * @param memory what firmware keeps for devices behind it
     */
    default Optional<SysfsInstance.Unit> recognise(SysfsInstance instance, List<FirmwareMemory> memory) {
        return Optional.empty();
    }

    /** Kernels beyond the usual ones on which the driver is worth being looked at; none for most. */
    default List<Level> furtherLevels() {
        return List.of();
    }

    /** What the driver's log lines mean; nothing for a room that has not said so. */
    default Optional<FaultText> faultText() {
        return Optional.empty();
    }

    /** Builds units and driver; nothing is registered or probed yet. */
    Installed install(Site site, List<UnitPlan> plans);

    /** What a room has put on the board. */
    interface Installed {
        /** One for each plan, in the same order. */
        List<IommuUnit> units();

        /** The platform driver that probes the units, or the initcall that finds them. */
        Driver platformDriver();

        /** Drivers of other devices that belong to the IOMMU, by the names that boards list; none for most. */
        default List<Driver> otherDrivers() {
            return List.of();
        }

        /** The IOMMU callbacks as this kernel has them. */
        DriverOps ops();

        /** The IOMMU callbacks as this kernel's source has them, before anybody removed one. */
        OpsTable sourceTable();

        /** Which domain the driver itself has noted for a master, if it keeps such a note. */
        Optional<IommuDomain> notedDomain(Device device);

        /** The units' devices that the driver has on a domain's list. */
        List<Device> clientsOf(IommuDomain domain);

        /** The ARM mappings to which the driver itself holds a reference. */
        default List<ArmMapping> heldMappings() {
            return List.of();
        }
    }
}
