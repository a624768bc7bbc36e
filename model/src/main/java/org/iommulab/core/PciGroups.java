package org.iommulab.core;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciTopology;

/**
 * pci_device_group: the group of the functions that a function cannot be told apart from, or kept apart from
 * (drivers/iommu/iommu.c, the same in v6.1 and v6.12). Aliases by quirk are not modelled: a board has none.
 */
final class PciGroups {
    private final PciTopology pci;

    PciGroups(PciTopology pci) {
        this.pci = pci;
    }

    /** The group that there is for the device, or a new one. */
    Group groupFor(Device device, Supplier<Group> newGroup) {
        Device last = device;
        for (PciTopology.Alias alias : pci.dmaAliases(device)) {
            if (alias.device().isPresent()) {
                last = alias.device().get();
                Optional<Group> group = Group.of(last);
                if (group.isPresent()) {
                    return group.get();
                }
            }
        }
        for (Optional<Device> at = pci.bridgeOf(last); at.isPresent(); at = pci.bridgeOf(at.get())) {
            if (pci.acsPathEnabled(at.get())) {
                break;
            }
            last = at.get();
            Optional<Group> group = Group.of(last);
            if (group.isPresent()) {
                return group.get();
            }
        }
        Set<Device> seen = new HashSet<>();
        return ofAliases(last, seen).or(functionsOf(last, seen)).orElseGet(newGroup);
    }

    private Supplier<Optional<Group>> functionsOf(Device device, Set<Device> seen) {
        return () -> ofFunctions(device, seen);
    }

    // get_pci_alias_group
    private static Optional<Group> ofAliases(Device device, Set<Device> seen) {
        return seen.add(device) ? Group.of(device) : Optional.empty();
    }

    // get_pci_function_alias_group: siblings that can talk to each other without leaving the device
    private Optional<Group> ofFunctions(Device device, Set<Device> seen) {
        if (!pci.isMultifunction(device) || pci.acsEnabled(device)) {
            return Optional.empty();
        }
        List<Device> siblings = pci.sameSlot(device);
        for (Device sibling : siblings) {
            if (sibling != device && !pci.acsEnabled(sibling)) {
                Optional<Group> group = ofAliases(sibling, seen);
                if (group.isPresent()) {
                    return group;
                }
            }
        }
        return Optional.empty();
    }
}
