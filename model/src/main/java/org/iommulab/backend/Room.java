package org.iommulab.backend;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.dma.ArmMapping;
import org.iommulab.hardware.IommuUnit;

/**
 * What a room has put on the board, put together from its parts.
 *
 * @param noted which domain the driver itself has noted for a master
 * @param clients the units' devices that the driver has on a domain's list
 * @param held the ARM mappings to which the driver itself holds a reference
 * @param otherDrivers drivers of other devices that belong to the IOMMU
 */
public record Room(
        List<IommuUnit> units,
        Driver platformDriver,
        DriverOps ops,
        OpsTable sourceTable,
        Function<Device, Optional<IommuDomain>> noted,
        Function<IommuDomain, List<Device>> clients,
        Supplier<List<ArmMapping>> held,
        List<Driver> otherDrivers)
        implements Backend.Installed {
    public Room {
        units = List.copyOf(units);
        otherDrivers = List.copyOf(otherDrivers);
    }

    /** A driver whose IOMMU has no other devices. */
    public Room(
            List<IommuUnit> units,
            Driver platformDriver,
            DriverOps ops,
            OpsTable sourceTable,
            Function<Device, Optional<IommuDomain>> noted,
            Function<IommuDomain, List<Device>> clients,
            Supplier<List<ArmMapping>> held) {
        this(units, platformDriver, ops, sourceTable, noted, clients, held, List.of());
    }

    /** A driver that holds no ARM mapping. */
    public Room(
            List<IommuUnit> units,
            Driver platformDriver,
            DriverOps ops,
            OpsTable sourceTable,
            Function<Device, Optional<IommuDomain>> noted,
            Function<IommuDomain, List<Device>> clients) {
        this(units, platformDriver, ops, sourceTable, noted, clients, List::of);
    }

    @Override
    public Optional<IommuDomain> notedDomain(Device device) {
        return noted.apply(device);
    }

    @Override
    public List<Device> clientsOf(IommuDomain domain) {
        return clients.apply(domain);
    }

    @Override
    public List<ArmMapping> heldMappings() {
        return held.get();
    }
}
