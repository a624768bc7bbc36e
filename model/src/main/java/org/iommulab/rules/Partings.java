package org.iommulab.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;

/** Where belief and hardware part, now, whether or not something is half done. */
public final class Partings {
    private Partings() {}

    /**
     * A device, the unit in front of it, and one sentence: who thinks what.
     *
     * @param walked whose table the unit walks for the device
     */
    public record Parting(Group group, Device device, IommuUnit unit, Optional<IommuDomain> walked, String sentence) {}

    /** The core's idea of a group against where its units point. */
    public static List<Parting> ofGroups(World world) {
        var partings = new ArrayList<Parting>();
        for (Group group : world.core().probing().groupList()) {
            for (Device device : group.devices().toList()) {
                for (DmaMaster port : world.topology().portsOf(device.label())) {
                    port.unit()
                            .ifPresent(unit -> sentence(world, group, device, unit, port)
                                    .ifPresent(words -> add(
                                            partings,
                                            new Parting(group, device, unit, world.pointedAtBy(unit, port), words))));
                }
            }
        }
        return partings;
    }

    /** A device with several ports at one unit parts from it once. */
    private static void add(List<Parting> partings, Parting parting) {
        if (!partings.contains(parting)) {
            partings.add(parting);
        }
    }

    private static Optional<String> sentence(World world, Group group, Device device, IommuUnit unit, DmaMaster port) {
        Optional<IommuDomain> believed = group.domain().get();
        String belief = believed.map(world::nameOf).orElse("NULL");
        Optional<IommuDomain> actual = world.pointedAtBy(unit, port);
        // a window that all masters share follows the group of any of them
        boolean shared = !unit.isolates()
                && actual.filter(domain -> isOfSomebody(world, domain)).isPresent();
        if (actual.isPresent() && !actual.equals(believed) && !shared) {
            return Optional.of(
                    "the core says " + belief + "; " + unit.label() + " still walks " + world.nameOf(actual.get()));
        }
        boolean walksNothingKnown = unit.powered() && unit.translating(port) && actual.isEmpty();
        boolean walksThePlatforms = believed.isEmpty()
                && unit.tableBase(port) == world.dma().opsOf(device).tableOf(device);
        // a crash kernel lets what the crashed one left go on until the device's driver asks for DMA
        boolean deferred = world.kernel().isKdump() && world.notedDomain(device).isEmpty();
        if (walksNothingKnown && !walksThePlatforms && !deferred) {
            return Optional.of("the core says " + belief + "; " + unit.label() + " walks a table that nobody made");
        }
        if (believed.filter(d -> d.type().isPaging()).isPresent() && unit.powered() && unit.refuses(port)) {
            return Optional.of("the core says " + belief + "; " + unit.label() + " lets nothing of " + device.label()
                    + " through");
        }
        boolean off = !unit.powered() || !unit.translating(port);
        if (believed.filter(d -> d.type().isPaging()).isPresent()
                && off
                && unit.isolates()
                && device.power().isPowered()) {
            return Optional.of("the core says " + belief + "; " + unit.label() + " is off, " + device.label()
                    + " reaches memory untranslated");
        }
        return Optional.empty();
    }

    private static boolean isOfSomebody(World world, IommuDomain domain) {
        return world.core().probing().groupList().stream()
                .anyMatch(group -> group.domain().is(domain));
    }

    /**
     * Devices that the platform took back, whose unit still translates with what the platform had given them, or lets
     * nothing of them through.
     */
    public static List<Parting> ofReleased(World world) {
        var partings = new ArrayList<Parting>();
        for (Group group : world.core().probing().groupList()) {
            for (Device device : group.devices().toList()) {
                if (!device.dmaOps().isNull()
                        || device.dmaIommu().get()
                        || ArmDmaGlue.mappingOf(device).isPresent()) {
                    continue;
                }
                for (DmaMaster port : world.topology().portsOf(device.label())) {
                    port.unit()
                            .ifPresent(unit -> released(world, group, device, unit, port)
                                    .ifPresent(words -> add(
                                            partings,
                                            new Parting(group, device, unit, world.pointedAtBy(unit, port), words))));
                }
            }
        }
        return partings;
    }

    private static Optional<String> released(World world, Group group, Device device, IommuUnit unit, DmaMaster port) {
        // not missed: by a device that no driver uses, whose driver manages its DMA, or whose driver is just being
        // bound
        boolean used = group.ownerCount().isSet()
                && device.driver().get().filter(driver -> !driver.managesDma()).isPresent();
        boolean platform = group.domain()
                .get()
                .map(domain -> domain.type() == DomainType.PLATFORM)
                .orElse(true);
        if (used && platform && unit.powered() && unit.refuses(port)) {
            return Optional.of(device.label() + " has dma-direct; " + unit.label() + " lets nothing of it through");
        }
        // a default domain stays attached while no driver is bound
        return world.pointedAtBy(unit, port)
                .filter(domain -> world.mappingOf(domain).isPresent()
                        || used && domain.type().isDmaApi())
                .map(domain -> device.label() + " was given back to dma-direct; " + unit.label()
                        + " still translates with " + world.nameOf(domain));
    }
}
