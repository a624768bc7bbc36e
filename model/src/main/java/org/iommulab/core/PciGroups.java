package org.iommulab.core;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciBus;
import org.iommulab.bus.pci.PciTopology;

/**
 * pci_device_group: the group of the functions that a function cannot be told apart from, or kept apart from
 * (drivers/iommu/iommu.c, the same in v6.1 and v6.12). Why two functions are in one group is for
 * {@link org.iommulab.bus.pci.PciLinks} to tell.
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
        for (Optional<PciBus> bus = busOf(last);
                bus.isPresent() && !bus.get().isRoot();
                bus = bus.get().parent()) {
            Optional<Device> bridge = bus.get().self();
            if (bridge.isEmpty()) {
                continue; // a bus of virtual functions
            }
            if (pci.acsPathEnabled(bridge.get())) {
                break;
            }
            last = bridge.get();
            Optional<Group> group = Group.of(last);
            if (group.isPresent()) {
                return group.get();
            }
        }
        Device top = last;
        Set<Device> seen = new HashSet<>();
        return ofAliases(top, seen).or(() -> ofFunctions(top, seen)).orElseGet(newGroup);
    }

    private static Optional<PciBus> busOf(Device device) {
        return device.pci().map(function -> function.bus());
    }

    // get_pci_alias_group: those on its bus that use its id by a quirk, or whose id it uses
    private Optional<Group> ofAliases(Device device, Set<Device> seen) {
        if (!seen.add(device)) {
            return Optional.empty();
        }
        Optional<Group> own = Group.of(device);
        if (own.isPresent()) {
            return own;
        }
        for (Device other : pci.sameBus(device)) {
            if (other != device && pci.areAliases(device, other)) {
                Optional<Group> group = ofAliases(other, seen).or(() -> ofFunctions(other, seen));
                if (group.isPresent()) {
                    return group;
                }
            }
        }
        return Optional.empty();
    }

    // get_pci_function_alias_group: siblings that can talk to each other without leaving the device
    private Optional<Group> ofFunctions(Device device, Set<Device> seen) {
        if (!pci.isMultifunction(device) || pci.acsEnabled(device)) {
            return Optional.empty();
        }
        for (Device sibling : pci.sameSlot(device)) {
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
