package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;

/**
 * What drivers/pci tells about the functions that are there (drivers/pci/search.c: pci_for_each_dma_alias;
 * drivers/pci/pci.c: pci_acs_enabled, pci_acs_path_enabled, pci_devs_are_dma_aliases; the same in v6.1 and v6.12).
 */
public final class PciTopology {
    /** A requester id under which a device's requests can travel, and whose function it is, if one answers to it. */
    public record Alias(int requesterId, Optional<Device> device) {}

    private static PciFunction functionOf(Device device) {
        return device.pci().orElseThrow();
    }

    /** The bridge above a function; empty on a root bus. */
    public Optional<Device> bridgeOf(Device device) {
        return functionOf(device).bus().self();
    }

    /** All functions on the device's bus, itself too. */
    public List<Device> sameBus(Device device) {
        return functionOf(device).bus().devices().toList();
    }

    /** All functions in the device's slot, itself too. */
    public List<Device> sameSlot(Device device) {
        int slot = functionOf(device).devfn() >> 3;
        return sameBus(device).stream()
                .filter(other -> functionOf(other).devfn() >> 3 == slot)
                .toList();
    }

    public boolean isMultifunction(Device device) {
        return functionOf(device).multifunction().get();
    }

    // ---- aliases

    /** pci_real_dma_dev: the device itself, but behind a host bridge that puts its own id on all requests. */
    public Device realDmaDevice(Device device) {
        return functionOf(device).bus().root().realDmaDevice().get().orElse(device);
    }

    /** The ids in the order of pci_for_each_dma_alias: the device's own, then what the bridges above make of it. */
    public List<Alias> dmaAliases(Device device) {
        Device real = realDmaDevice(device);
        return dmaAliases(functionOf(real), Optional.of(real));
    }

    /** The same of a function that has no device object yet. */
    List<Alias> dmaAliases(PciFunction function, Optional<Device> device) {
        int bus = function.bus().number() << 8;
        var aliases = new ArrayList<Alias>();
        aliases.add(new Alias(bus | function.devfn(), device));
        function.quirkAliases().stream().sorted().forEach(devfn -> aliases.add(new Alias(bus | devfn, device)));
        for (Optional<PciBus> at = Optional.of(function.bus());
                at.isPresent() && !at.get().isRoot();
                at = at.get().parent()) {
            Optional<Device> bridge = at.get().self();
            if (bridge.map(PciTopology::functionOf)
                    .filter(PciFunction::isTranslationRoot)
                    .isPresent()) {
                break;
            }
            bridge.flatMap(this::aliasBy).ifPresent(aliases::add);
        }
        return aliases;
    }

    private Optional<Alias> aliasBy(Device bridge) {
        PciFunction function = functionOf(bridge);
        return switch (function.type()) {
            case PCIE_TO_PCI_BRIDGE -> Optional.of(secondary(bridge));
            case PCI_BRIDGE -> Optional.of(function.aliasesLikeExpressBridge() ? secondary(bridge) : ownId(bridge));
            case PCI_TO_PCIE_BRIDGE -> Optional.of(ownId(bridge));
            case ROOT_PORT,
                    UPSTREAM_PORT,
                    DOWNSTREAM_PORT,
                    ENDPOINT,
                    LEGACY_ENDPOINT,
                    RC_ENDPOINT,
                    RC_EVENT_COLLECTOR,
                    CONVENTIONAL -> Optional.empty(); // it passes the requester id on
        };
    }

    private static Alias ownId(Device device) {
        PciFunction function = functionOf(device);
        return new Alias(function.bus().number() << 8 | function.devfn(), Optional.of(device));
    }

    private static Alias secondary(Device bridge) {
        return new Alias(functionOf(bridge).subordinate().require().number() << 8, Optional.of(bridge));
    }

    /** pci_devs_are_dma_aliases: one of the two uses the other's id by a quirk. */
    public boolean areAliases(Device a, Device b) {
        return functionOf(a).quirkAliases().contains(functionOf(b).devfn())
                || functionOf(b).quirkAliases().contains(functionOf(a).devfn())
                || realDmaDevice(a) == b
                || realDmaDevice(b) == a;
    }

    // ---- isolation

    /** pci_acs_enabled with the flags of the core's REQ_ACS_FLAGS. */
    public boolean acsEnabled(Device device) {
        return acs(device).enabled();
    }

    /** pci_acs_enabled, with what decided it. */
    public AcsVerdict acs(Device device) {
        PciFunction function = functionOf(device);
        Set<AcsFlag> wanted = AcsFlag.REQUIRED;
        Optional<Boolean> quirk = AcsQuirk.lookUp(function, wanted);
        if (quirk.isPresent()) {
            return AcsVerdict.of(quirk.get(), AcsVerdict.Why.QUIRK);
        }
        // the patch puts it behind all quirks
        if (function.bus().settings().acsOverride().covers(function)) {
            return AcsVerdict.of(true, AcsVerdict.Why.OVERRIDE);
        }
        return switch (function.type()) {
            case PCI_BRIDGE, CONVENTIONAL -> AcsVerdict.of(false, AcsVerdict.Why.NOT_EXPRESS);
            case PCI_TO_PCIE_BRIDGE, PCIE_TO_PCI_BRIDGE, RC_EVENT_COLLECTOR ->
                AcsVerdict.of(false, AcsVerdict.Why.NEVER);
            case ROOT_PORT, DOWNSTREAM_PORT -> byItsBits(function, wanted);
            case ENDPOINT, LEGACY_ENDPOINT, UPSTREAM_PORT, RC_ENDPOINT ->
                function.multifunction().get()
                        ? byItsBits(function, wanted)
                        : AcsVerdict.of(true, AcsVerdict.Why.SINGLE_FUNCTION);
        };
    }

    private static AcsVerdict byItsBits(PciFunction function, Set<AcsFlag> wanted) {
        Optional<Acs> acs = function.acs();
        if (acs.isEmpty()) {
            return AcsVerdict.of(false, AcsVerdict.Why.NO_CAPABILITY);
        }
        Set<AcsFlag> missing = acs.get().missing(wanted);
        return new AcsVerdict(missing.isEmpty(), AcsVerdict.Why.CONTROL, missing);
    }

    /** pci_acs_path_enabled from a function up to the root bus. */
    public boolean acsPathEnabled(Device start) {
        return firstWithoutAcs(start).isEmpty();
    }

    /** The first function on the way up, from this one on, that does not force requests up. */
    public Optional<Device> firstWithoutAcs(Device start) {
        for (Optional<Device> at = Optional.of(start); at.isPresent(); at = bridgeOf(at.get())) {
            if (!acsEnabled(at.get())) {
                return at;
            }
        }
        return Optional.empty();
    }
}
