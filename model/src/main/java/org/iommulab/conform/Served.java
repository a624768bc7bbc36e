package org.iommulab.conform;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.backend.IdRange;
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
                all.stream().sorted(topmost.thenComparing(PciAddress.ORDER)).toList(), ids(facts, all, bridges));
    }

    /** Of functions, and of all buses behind bridges: who is plugged in there later has an id of them. */
    private static List<IdRange> ids(CapturedFacts facts, List<PciAddress> own, List<BridgeNumbers> bridges) {
        var ranges = new ArrayList<IdRange>();
        own.forEach(address -> ranges.add(new IdRange(address.requesterId(), address.requesterId())));
        List<Integer> others = facts.behind().keySet().stream()
                .map(PciAddress::parse)
                .flatMap(Optional::stream)
                .filter(address -> !own.contains(address))
                .map(PciAddress::requesterId)
                .toList();
        for (BridgeNumbers bridge : bridges) {
            var behind = new IdRange(bridge.secondary() << 8, bridge.subordinate() << 8 | 0xff);
            if (bridge.secondary() > 0 && others.stream().noneMatch(behind::has)) {
                ranges.add(behind);
            }
        }
        return IdRange.apart(ranges, others);
    }
}
