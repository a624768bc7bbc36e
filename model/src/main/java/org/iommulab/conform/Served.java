package org.iommulab.conform;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.bus.pci.BridgeNumbers;
import org.iommulab.bus.pci.PciAddress;

/** Which of several IOMMUs serves what, as far as the devices of a machine show it: firmware's tables are not readable. */
final class Served {
    private static final int BRIDGE = 1;

    private Served() {}

    /** The IOMMU, with what hangs on it where the machine has more than one. */
    static SysfsInstance in(CapturedFacts facts, SysfsInstance instance) {
        if (facts.instances().size() < 2) {
            return instance;
        }
        List<PciAddress> all = facts.behind().entrySet().stream()
                .filter(entry -> entry.getValue().equals(instance.name()))
                .map(Map.Entry::getKey)
                .map(PciAddress::parse)
                .flatMap(Optional::stream)
                .toList();
        List<BridgeNumbers> bridges = all.stream()
                .map(facts.functions()::get)
                .filter(Objects::nonNull)
                .filter(space -> (space.headerType() & 0x7f) == BRIDGE)
                .map(space -> BridgeNumbers.of(space))
                .toList();
        Comparator<PciAddress> topmost =
                Comparator.comparing(address -> bridges.stream().anyMatch(numbers -> numbers.leadsTo(address.bus())));
        return instance.serving(
                all.stream().sorted(topmost.thenComparing(PciAddress.ORDER)).toList());
    }
}
