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
        return all(world, Partings::sentence);
    }

    /** The first of {@link #ofGroups}, without looking for more. */
    static Optional<String> firstOfGroups(World world) {
        for (Group group : world.core().probing().groupList()) {
            Optional<String> words = world.machine().remembered(group, () -> firstIn(world, group, Partings::sentence));
            if (words.isPresent()) {
                return words;
            }
        }
        return Optional.empty();
    }

    /** The first of {@link #ofReleased}, without looking for more. */
    static Optional<String> firstOfReleased(World world) {
        for (Group group : world.core().probing().groupList()) {
            Optional<String> words = firstIn(world, group, Partings::released);
            if (words.isPresent()) {
                return words;
            }
        }
        return Optional.empty();
    }

    /** What is wrong with a port of a device that is in a group. */
    private interface Question {
        Optional<String> about(World world, Group group, Device device, IommuUnit unit, DmaMaster port);
    }

    private static List<Parting> all(World world, Question question) {
        var partings = new ArrayList<Parting>();
        for (Group group : world.core().probing().groupList()) {
            for (Device device : group.devices().toList()) {
                for (DmaMaster port : world.topology().portsOf(device.label())) {
                    port.unit()
                            .ifPresent(unit -> question.about(world, group, device, unit, port)
                                    .ifPresent(words -> add(
                                            partings,
                                            new Parting(group, device, unit, world.pointedAtBy(unit, port), words))));
                }
            }
        }
        return partings;
    }

    private static Optional<String> firstIn(World world, Group group, Question question) {
        for (Device device : group.devices().toList()) {
            for (DmaMaster port : world.topology().portsOf(device.label())) {
                if (port.unit().isPresent()) {
                    Optional<String> words =
                            question.about(world, group, device, port.unit().get(), port);
                    if (words.isPresent()) {
                        return words;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A device with several ports at one unit parts from it once. */
    private static void add(List<Parting> partings, Parting parting) {
        if (!partings.contains(parting)) {
            partings.add(parting);
        }
    }

    private static Optional<String> sentence(World world, Group group, Device device, IommuUnit unit, DmaMaster port) {
        Optional<IommuDomain> believed = group.domain().get();
        Optional<IommuDomain> actual = world.pointedAtBy(unit, port);
        if (actual.isPresent() && !actual.equals(believed)) {
            // a window that all masters share follows the group of any of them
            boolean shared = !unit.isolates() && isOfSomebody(world, actual.get());
            if (!shared) {
                return Optional.of(says(world, believed) + unit.label() + " still walks " + world.nameOf(actual.get()));
            }
        }
        boolean powered = unit.powered();
        boolean translating = unit.translating(port);
        boolean walksNothingKnown = powered && translating && actual.isEmpty();
        boolean walksThePlatforms = believed.isEmpty()
                && unit.tableBase(port) == world.dma().opsOf(device).tableOf(device);
        // a crash kernel lets what the crashed one left go on until the device's driver asks for DMA
        boolean deferred = world.kernel().isKdump() && world.notedDomain(device).isEmpty();
        if (walksNothingKnown && !walksThePlatforms && !deferred) {
            return Optional.of(says(world, believed) + unit.label() + " walks a table that nobody made");
        }
        if (believed.isEmpty() || !believed.get().type().isPaging()) {
            return Optional.empty();
        }
        if (powered && unit.refuses(port)) {
            return Optional.of(
                    says(world, believed) + unit.label() + " lets nothing of " + device.label() + " through");
        }
        boolean off = !powered || !translating;
        if (off && unit.isolates() && device.power().isPowered()) {
            return Optional.of(says(world, believed) + unit.label() + " is off, " + device.label()
                    + " reaches memory untranslated");
        }
        return Optional.empty();
    }

    private static String says(World world, Optional<IommuDomain> believed) {
        return "the core says " + believed.map(world::nameOf).orElse("NULL") + "; ";
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
        return all(world, Partings::released);
    }

    /** Whether iommu_device_use_default_domain was called for each member that has a driver. */
    private static boolean isCounted(Group group) {
        long bound = group.devices().toList().stream().filter(Partings::usesDma).count();
        return group.ownerCount().isSet() && group.ownerCount().get() >= bound;
    }

    private static boolean usesDma(Device device) {
        return device.driver().get().filter(driver -> !driver.managesDma()).isPresent();
    }

    private static Optional<String> released(World world, Group group, Device device, IommuUnit unit, DmaMaster port) {
        if (!device.dmaOps().isNull()
                || device.dmaIommu().get()
                || ArmDmaGlue.mappingOf(device).isPresent()) {
            return Optional.empty();
        }
        // not missed: by a device that no driver uses, whose driver manages its DMA, or while the driver of any member
        // is
        // just being bound
        boolean used = isCounted(group) && usesDma(device);
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
