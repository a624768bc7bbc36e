package org.iommulab.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.iommulab.graph.Moment;

/** Puts together what a trace has told up to a step. */
final class TracedMoment {
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, Integer> deviceIds = new LinkedHashMap<>();
    private final Map<Integer, Integer> groupIds = new HashMap<>();
    private final Optional<CapturedTopology> topology;
    private final List<Moment.UnitView> units;
    private final Map<String, Integer> unitIds = new HashMap<>();

    TracedMoment(Optional<CapturedTopology> topology, Map<String, Traced> devices, Map<Integer, Traced> groups) {
        this.topology = topology;
        devices.forEach((name, device) -> {
            names.put(device.id(), name);
            deviceIds.put(name, device.id());
        });
        groups.forEach((number, group) -> groupIds.put(number, group.id()));
        this.units = topology.map(this::units).orElse(List.of());
    }

    /** Units have no events: their numbers lie beyond those of the recording's objects. */
    private List<Moment.UnitView> units(CapturedTopology known) {
        int next = 1 << 20;
        var views = new ArrayList<Moment.UnitView>();
        for (CapturedTopology.Unit unit : known.units()) {
            unitIds.put(unit.name(), next);
            views.add(CapturedMoment.unit(next++, unit));
        }
        return views;
    }

    Moment at(int step, double seconds, List<CapturedTrace.Change> changes) {
        var members = new TreeMap<Integer, Map<Integer, Boolean>>();
        for (CapturedTrace.Change change : changes) {
            if (change.step() > step) {
                break;
            }
            Map<Integer, Boolean> group = members.computeIfAbsent(change.group(), _ -> new LinkedHashMap<>());
            if (change.joins()) {
                group.put(change.device(), true);
            } else {
                group.remove(change.device());
            }
        }
        var groups = new ArrayList<Moment.GroupView>();
        members.forEach((number, devices) -> {
            if (!devices.isEmpty()) {
                groups.add(group(number, devices));
            }
        });
        return new Moment(step, seconds, groups, List.of(), units, List.of(), List.of(), List.of(), Optional.empty());
    }

    private Moment.GroupView group(int number, Map<Integer, Boolean> devices) {
        return new Moment.GroupView(
                groupIds.getOrDefault(number, 0),
                number,
                "",
                0,
                OptionalInt.empty(),
                OptionalInt.empty(),
                devices.keySet().stream().map(this::device).toList());
    }

    private Moment.DeviceView device(int id) {
        String name = names.getOrDefault(id, "");
        Optional<CapturedTopology.Device> known = topology.flatMap(t -> t.device(name));
        String driver = known.map(device -> device.driver() == null ? "" : device.driver())
                .orElse("");
        return new Moment.DeviceView(
                id,
                name,
                known.map(device -> CapturedMoment.title(device, driver)).orElse(""),
                driver,
                true,
                Moment.DmaOpsKind.NOT_TOLD,
                known.flatMap(device -> Optional.ofNullable(device.unit())).map(unitIds::get).stream()
                        .toList(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }
}
