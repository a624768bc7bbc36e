package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.iommulab.bus.Device;

/**
 * The tree of functions that are there, and what drivers/pci asks of it (drivers/pci/search.c: pci_for_each_dma_alias;
 * drivers/pci/pci.c: pci_acs_enabled, pci_acs_path_enabled; the same in v6.1 and v6.12). No quirks of single devices.
 */
public final class PciTopology {
    private final Supplier<List<Device>> present;

    /** @param present the devices that are on the bus now, in the order of their discovery */
    public PciTopology(Supplier<List<Device>> present) {
        this.present = present;
    }

    /** A requester id under which a device's requests can travel, and whose function it is, if one answers to it. */
    public record Alias(int requesterId, Optional<Device> device) {}

    private static PciFunction functionOf(Device device) {
        return device.pci().orElseThrow();
    }

    private List<Device> functions() {
        return present.get().stream().filter(d -> d.pci().isPresent()).toList();
    }

    /** The bridge above a function; empty on a root bus. */
    public Optional<Device> bridgeOf(Device device) {
        return functionOf(device)
                .below()
                .flatMap(name -> functions().stream()
                        .filter(other -> other.label().equals(name))
                        .findFirst());
    }

    /** All functions on the device's bus, itself too. */
    public List<Device> sameBus(Device device) {
        PciAddress address = functionOf(device).address();
        return functions().stream()
                .filter(other -> functionOf(other).address().bus() == address.bus()
                        && functionOf(other).address().domain() == address.domain())
                .toList();
    }

    /** All functions in the device's slot, itself too. */
    public List<Device> sameSlot(Device device) {
        return functions().stream()
                .filter(other ->
                        functionOf(other).address().inSlotOf(functionOf(device).address()))
                .toList();
    }

    /** Header type bit 7, or what the scan makes of it: any function above 0, and function 0 that has such a sibling. */
    public boolean isMultifunction(Device device) {
        return functionOf(device).address().function() > 0 || sameSlot(device).size() > 1;
    }

    /** The ids in the order of pci_for_each_dma_alias: the device's own, then what the bridges above make of it. */
    public List<Alias> dmaAliases(Device device) {
        var aliases = new ArrayList<Alias>();
        aliases.add(ownId(device));
        for (Optional<Device> at = bridgeOf(device); at.isPresent(); at = bridgeOf(at.get())) {
            Device bridge = at.get();
            switch (functionOf(bridge).type()) {
                case PCIE_TO_PCI_BRIDGE ->
                    secondaryBus(bridge).ifPresent(bus -> aliases.add(new Alias(bus << 8, Optional.of(bridge))));
                case PCI_TO_PCIE_BRIDGE, PCI_BRIDGE -> aliases.add(ownId(bridge));
                case ROOT_PORT, UPSTREAM_PORT, DOWNSTREAM_PORT -> {
                    // a port passes the requester id on
                }
                case ENDPOINT, LEGACY_ENDPOINT, RC_ENDPOINT, RC_EVENT_COLLECTOR, CONVENTIONAL ->
                    throw new IllegalStateException(bridge.label() + " is no bridge");
            }
        }
        return aliases;
    }

    private static Alias ownId(Device device) {
        return new Alias(functionOf(device).address().requesterId(), Optional.of(device));
    }

    private OptionalInt secondaryBus(Device bridge) {
        return functions().stream()
                .filter(d ->
                        functionOf(d).below().filter(bridge.label()::equals).isPresent())
                .mapToInt(d -> functionOf(d).address().bus())
                .findFirst();
    }

    /** pci_acs_enabled with the flags of the core's REQ_ACS_FLAGS. */
    public boolean acsEnabled(Device device) {
        PciFunction function = functionOf(device);
        return switch (function.type()) {
            case PCI_TO_PCIE_BRIDGE, PCIE_TO_PCI_BRIDGE, RC_EVENT_COLLECTOR, PCI_BRIDGE, CONVENTIONAL -> false;
            case ROOT_PORT, DOWNSTREAM_PORT -> function.acs();
            case ENDPOINT, LEGACY_ENDPOINT, UPSTREAM_PORT, RC_ENDPOINT -> !isMultifunction(device) || function.acs();
        };
    }

    /** pci_acs_path_enabled from a function up to the root bus. */
    public boolean acsPathEnabled(Device start) {
        for (Optional<Device> at = Optional.of(start); at.isPresent(); at = bridgeOf(at.get())) {
            if (!acsEnabled(at.get())) {
                return false;
            }
        }
        return true;
    }
}
