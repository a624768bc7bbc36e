package org.iommulab.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import org.graphstream.graph.Edge;

/**
 * The places of domains. The first one that a unit serves stands beside it; others have a place beside no unit, numbered
 * from -1 down. Two that never live at the same time may have one place. Where many want a place, they stand in the
 * order of their owners, so that fewer lines cross.
 */
final class Slots {
    /** From so many places for the domains of one unit on, all of them are put in order. */
    private static final int MANY = 2;

    private final Parts parts;
    private final Homes homes;
    private final IntToDoubleFunction heights;

    /** @param heights how far down a place is */
    Slots(Parts parts, Homes homes, IntToDoubleFunction heights) {
        this.parts = parts;
        this.homes = homes;
        this.heights = heights;
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
    Map<Integer, Integer> planned() {
        var planned = new HashMap<Integer, Integer>();
        var guests = new HashMap<Integer, List<Homes.Stay>>();
        homes.stays().forEach((object, stay) -> {
            Optional<Integer> home = home(stay);
            int slot = home.orElse(-1);
            for (int next = -1; meets(guests.getOrDefault(slot, List.of()), stay); next--) {
                slot = next;
            }
            guests.computeIfAbsent(slot, _ -> new ArrayList<>()).add(stay);
            planned.put(object, slot);
        });
        return inOrder(planned, guests);
    }

    private Optional<Integer> home(Homes.Stay stay) {
        return parts.units().contains(stay.unit())
                ? Optional.of(stay.unit())
                : stay.anchors().stream().flatMap(a -> unitOf(a).stream()).findFirst();
    }

    /** The same places, given away from top to bottom in the owners' order. */
    private Map<Integer, Integer> inOrder(Map<Integer, Integer> planned, Map<Integer, List<Homes.Stay>> guests) {
        Map<Integer, Long> wanted = guests.values().stream()
                .flatMap(stays -> stays.stream().map(Homes.Stay::unit).distinct())
                .collect(Collectors.groupingBy(unit -> unit, Collectors.counting()));
        List<Integer> slots = guests.keySet().stream()
                .filter(slot -> slot < 0 || wanted.getOrDefault(slot, 0L) >= MANY)
                .toList();
        List<Integer> byOwner = slots.stream()
                .sorted(Comparator.comparingLong((Integer slot) ->
                                Known.in(guests, slot).getFirst().rank())
                        .thenComparing(slot -> -slot))
                .toList();
        List<Integer> byHeight = slots.stream()
                .sorted(Comparator.comparingDouble(heights::applyAsDouble))
                .toList();
        var moved = new HashMap<Integer, Integer>();
        for (int i = 0; i < slots.size(); i++) {
            moved.put(byOwner.get(i), byHeight.get(i));
        }
        planned.replaceAll((_, slot) -> moved.getOrDefault(slot, slot));
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
