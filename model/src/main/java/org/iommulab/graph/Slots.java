package org.iommulab.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.graphstream.graph.Edge;

/**
 * The places of domains. The first one that a unit serves stands beside it; others have a place in the foot, numbered
 * from -1 down. Two that never live at the same time may have one place.
 */
final class Slots {
    private final Parts parts;
    private final Homes homes;

    Slots(Parts parts, Homes homes) {
        this.parts = parts;
        this.homes = homes;
    }

    /** Unit id, or -1 and below, for each domain. */
    Map<Integer, Integer> assign() {
        Map<Integer, Integer> planned = planned();
        var slots = new LinkedHashMap<Integer, Integer>();
        Set<Integer> taken = new HashSet<>();
        List<Integer> late = new ArrayList<>();
        for (int domain : parts.domains()) {
            int wanted = planned.getOrDefault(domain, home(domain).orElse(-1));
            if (taken.add(wanted)) {
                slots.put(domain, wanted);
            } else {
                late.add(domain);
            }
        }
        for (int domain : late) {
            int free = -1;
            while (!taken.add(free)) {
                free--;
            }
            slots.put(domain, free);
        }
        return slots;
    }

    /** How many places the foot needs at some step of the recording. */
    int foot() {
        return -planned().values().stream()
                .mapToInt(slot -> slot)
                .filter(slot -> slot < 0)
                .min()
                .orElse(0);
    }

    /** From the recording alone, so that it is the same at every step. */
    private Map<Integer, Integer> planned() {
        var planned = new HashMap<Integer, Integer>();
        var guests = new HashMap<Integer, List<Homes.Stay>>();
        homes.stays().forEach((object, stay) -> {
            Optional<Integer> home =
                    stay.anchors().stream().flatMap(a -> unitOf(a).stream()).findFirst();
            if (home.isEmpty()) {
                return;
            }
            int slot = home.get();
            for (int next = -1; meets(guests.getOrDefault(slot, List.of()), stay); next--) {
                slot = next;
            }
            guests.computeIfAbsent(slot, _ -> new ArrayList<>()).add(stay);
            planned.put(object, slot);
        });
        return planned;
    }

    private static boolean meets(List<Homes.Stay> guests, Homes.Stay stay) {
        return guests.stream().anyMatch(stay::meets);
    }

    private Optional<Integer> unitOf(int anchor) {
        if (parts.units().contains(anchor)) {
            return Optional.of(anchor);
        }
        if (parts.devices().containsKey(anchor)) {
            return Known.in(parts.devices(), anchor).units().stream()
                    .filter(parts.units()::contains)
                    .findFirst();
        }
        return parts.groupOf().entrySet().stream()
                .filter(e -> e.getValue() == anchor)
                .findFirst()
                .flatMap(e -> unitOf(e.getKey()));
    }

    /** What the moment shows: the first unit that has to do with it. */
    private Optional<Integer> home(int domain) {
        List<Integer> near = new ArrayList<>();
        for (Edge edge : parts.edges()) {
            if (edge.getTargetNode().getId().equals(LiveGraph.name(domain))) {
                unitOf(Integer.parseInt(edge.getSourceNode().getId())).ifPresent(near::add);
            }
        }
        parts.devices().values().stream()
                .filter(d -> d.mapping().orElse(0) == domain || d.driverDomain().orElse(0) == domain)
                .forEach(d -> unitOf(d.id()).ifPresent(near::add));
        parts.clientsOf().getOrDefault(domain, List.of()).stream()
                .filter(parts.units()::contains)
                .forEach(near::add);
        return near.stream().min(Integer::compare);
    }
}
