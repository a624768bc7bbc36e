package org.iommulab.explore.breaks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Topology;
import org.iommulab.scenario.Player;

/**
 * How things stand when a story is over, as far as something may have been left behind: where each port's accesses go,
 * and which domains are still there.
 *
 * @param complete whether the story came to its end
 * @param facts by what they are about, in words
 */
record EndState(boolean complete, Map<String, String> facts) {
    static EndState of(Player.Stage stage) {
        boolean complete = stage.death().isEmpty()
                && stage.limit().isEmpty()
                && stage.stuck().isEmpty();
        return new EndState(complete, complete ? facts(stage.world()) : Map.of());
    }

    private static Map<String, String> facts(World world) {
        var facts = new LinkedHashMap<String, String>();
        for (Topology.Port port : world.topology().ports()) {
            port.master().unit().ifPresent(unit -> {
                facts.put(unit.label() + " for " + port.device(), way(world, unit, port.master()));
            });
        }
        world.devices().values().forEach(device -> facts.put(device.label(), membership(device)));
        world.core().domains().all().stream()
                .filter(domain -> !domain.freed().get())
                .forEach(domain -> facts.put(world.nameOf(domain), "there"));
        return facts;
    }

    private static String way(World world, IommuUnit unit, DmaMaster port) {
        if (!unit.powered()) {
            return "off";
        }
        Optional<IommuDomain> walked = world.pointedAtBy(unit, port);
        if (walked.isPresent()) {
            return "walks " + world.nameOf(walked.get());
        }
        return unit.translating(port) ? "walks a table" : unit.refuses(port) ? "refuses" : "lets through";
    }

    private static String membership(Device device) {
        return Group.of(device).map(Group::label).orElse("in no group");
    }

    /** The first difference, in words; empty when both came to their ends and nothing differs. */
    Optional<String> differenceFrom(EndState unbroken) {
        if (!complete || !unbroken.complete) {
            return Optional.empty();
        }
        for (var fact : facts.entrySet()) {
            String usual = unbroken.facts.getOrDefault(fact.getKey(), "gone");
            if (!fact.getValue().equals(usual)) {
                return Optional.of(words(fact.getKey(), fact.getValue(), usual));
            }
        }
        return unbroken.facts.entrySet().stream()
                .filter(fact -> !facts.containsKey(fact.getKey()))
                .findFirst()
                .map(fact -> words(fact.getKey(), "gone", fact.getValue()));
    }

    private static String words(String about, String is, String usual) {
        return usual.equals("gone") && is.equals("there")
                ? about + " is never freed"
                : about + ": " + is + ", not " + usual;
    }
}
