package org.iommulab.backend.intel;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;

/**
 * Which unit the firmware gives a device to (device_to_iommu, later device_lookup_iommu): the first that names it, or a
 * bridge above it, or that takes all the rest of PCI.
 */
final class VtdScopes {
    private final Site site;
    private final List<VtdInstance> iommus;

    VtdScopes(Site site, List<VtdInstance> iommus) {
        this.site = site;
        this.iommus = List.copyOf(iommus);
    }

    List<VtdInstance> iommus() {
        return iommus;
    }

    /** Of a virtual function it is the physical one's, which is the one that the firmware knows. */
    Optional<VtdInstance> iommuOf(Device device) {
        Device known = device.pci().flatMap(pci -> pci.physicalFunction().get()).orElse(device);
        return iommus.stream().filter(iommu -> serves(iommu.wired(), known)).findFirst();
    }

    private boolean serves(VtdInstance.Wired unit, Device device) {
        return unit.scope().contains(device.label())
                || device.pci().isPresent() && (unit.includesAll() || isBelow(device, unit.scope()));
    }

    /** is_downstream_to_pci_bridge. */
    private boolean isBelow(Device device, List<String> scope) {
        Optional<Device> bridge = site.bus().pci().bridgeOf(device);
        while (bridge.isPresent()) {
            if (scope.contains(bridge.get().label())) {
                return true;
            }
            bridge = site.bus().pci().bridgeOf(bridge.get());
        }
        return false;
    }

    /** Whether a device has a requester id, or is below a bridge that has it. */
    boolean isAtOrBelow(Device device, int source) {
        for (Optional<Device> at = Optional.of(device);
                at.isPresent();
                at = site.bus().pci().bridgeOf(at.get())) {
            Optional<PciFunction> function = at.get().pci();
            if (function.isEmpty()) {
                return false;
            }
            if (function.get().address().requesterId() == source) {
                return true;
            }
        }
        return false;
    }

    /** Bus, device and function: PCI's own, or what the firmware says of an ACPI device. */
    OptionalInt sourceOf(Device device) {
        Optional<PciFunction> pci = device.pci();
        if (pci.isPresent()) {
            return OptionalInt.of(pci.get().address().requesterId());
        }
        return iommus.stream()
                .map(iommu -> iommu.wired().acpi().get(device.label()))
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .findFirst();
    }
}
