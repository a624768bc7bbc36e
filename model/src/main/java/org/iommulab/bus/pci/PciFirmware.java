package org.iommulab.bus.pci;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;

/**
 * What the firmware and the board have to say about functions, when they are found.
 *
 * @param reassignsBusNumbers pcibios_assign_all_busses: the host bridge is described by a device tree, and each scan
 *     gives out bus numbers anew; otherwise what bridges have stays
 * @param iommus the entries of {@code iommu-map} for a requester id; none where the firmware names no IOMMU there
 * @param title what to call a function, in words
 * @param appeared a device object was made, before anybody else knows it: time to give it its ports
 */
public record PciFirmware(
        boolean reassignsBusNumbers,
        Function<PciAddress, List<IommuSpec>> iommus,
        Function<PciFunction, String> title,
        Consumer<Device> appeared) {}
