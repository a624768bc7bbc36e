package org.iommulab.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.graphstream.graph.Edge;
import org.graphstream.graph.Graph;

/**
 * The graph, sorted for laying out: bands of owners and units that are wired to each other, in the units' order.
 *
 * @param units ids in order, also of units that are not there yet
 * @param present those of them that are there
 * @param domains ids in order
 * @param devices by id
 * @param held what a program holds, oldest first
 */
record Parts(
        List<Band> bands,
        List<Integer> units,
        Set<Integer> present,
        List<Integer> domains,
        Map<Integer, Moment.DeviceView> devices,
        List<HeldView> held,
        Map<Integer, List<Integer>> clientsOf,
        Map<Integer, Integer> groupOf,
        List<Edge> edges) {

    /** A group, or a device that is in none. */
    record Owner(int id, boolean group, List<Integer> devices, Set<Integer> units) {}

    record Band(List<Owner> owners, List<Integer> units) {}

    static Parts of(Graph graph, Homes homes) {
        var units = new TreeSet<>(homes.units());
        var present = new TreeSet<Integer>();
        var domains = new TreeSet<Integer>();
        var clientsOf = new LinkedHashMap<Integer, List<Integer>>();
        var groups = new ArrayList<Moment.GroupView>();
        var held = new TreeMap<Integer, HeldView>();
        var devices = new LinkedHashMap<Integer, Moment.DeviceView>();
        graph.nodes().forEach(node -> {
            switch (node.getAttribute("view")) {
                case Moment.UnitView unit -> present.add(unit.id());
                case Moment.DomainView domain -> {
                    domains.add(domain.id());
                    clientsOf.put(domain.id(), domain.clients());
                }
                case Moment.GroupView group -> groups.add(group);
                case Moment.DeviceView device -> devices.put(device.id(), device);
                case HeldView each -> held.put(each.id(), each);
                default -> {}
            }
        });
        units.addAll(present);
        var groupOf = new LinkedHashMap<Integer, Integer>();
        var owners = new ArrayList<Owner>();
        for (Moment.GroupView group : groups) {
            if (group.devices().isEmpty()) {
                continue; // half made, or about to go: nothing to show yet
            }
            List<Integer> members =
                    group.devices().stream().map(Moment.DeviceView::id).toList();
            members.forEach(member -> groupOf.put(member, group.id()));
            owners.add(new Owner(group.id(), true, members, wired(members, devices, units)));
        }
        for (int device : devices.keySet()) {
            if (!groupOf.containsKey(device)) {
                owners.add(new Owner(device, false, List.of(device), wired(List.of(device), devices, units)));
            }
        }
        // a device keeps its place when it joins a group: what counts is the oldest device
        owners.sort(Comparator.comparingInt(
                o -> o.devices().stream().min(Integer::compare).orElse(o.id())));
        List<Edge> edges =
                graph.edges().sorted(Comparator.comparing(Edge::getId)).toList();
        return new Parts(
                bands(owners, units),
                List.copyOf(units),
                present,
                List.copyOf(domains),
                devices,
                List.copyOf(held.values()),
                clientsOf,
                groupOf,
                edges);
    }

    private static Set<Integer> wired(
            List<Integer> members, Map<Integer, Moment.DeviceView> devices, Set<Integer> units) {
        return members.stream()
                .flatMap(member -> Known.in(devices, member).units().stream())
                .filter(units::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Band> bands(List<Owner> owners, Set<Integer> units) {
        var unitsOf = new ArrayList<Set<Integer>>();
        units.forEach(unit -> unitsOf.add(new TreeSet<>(Set.of(unit))));
        for (Owner owner : owners) {
            List<Set<Integer>> touched = unitsOf.stream()
                    .filter(set -> owner.units().stream().anyMatch(set::contains))
                    .toList();
            touched.stream().skip(1).forEach(set -> {
                touched.getFirst().addAll(set);
                unitsOf.removeIf(other -> other == set);
            });
        }
        var bands = new ArrayList<Band>();
        for (Set<Integer> set : unitsOf) {
            bands.add(new Band(
                    owners.stream()
                            .filter(o -> o.units().stream().anyMatch(set::contains))
                            .toList(),
                    List.copyOf(set)));
        }
        List<Owner> unwired = owners.stream().filter(o -> o.units().isEmpty()).toList();
        if (!unwired.isEmpty()) {
            bands.add(new Band(unwired, List.of()));
        }
        return bands;
    }
}
