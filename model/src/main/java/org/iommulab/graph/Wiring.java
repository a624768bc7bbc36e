package org.iommulab.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.TreeSet;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/** Who stands behind which unit in the whole recording: the same at every step, also for who comes late or goes early. */
final class Wiring {
    private static final long BAND = 1L << 32;

    private final List<Integer> units;
    private final Map<Integer, Integer> bands = new HashMap<>();
    private final Map<Integer, Integer> unitOfDevice = new HashMap<>();
    private final Map<Integer, TreeSet<Integer>> members = new HashMap<>();

    private Wiring(List<Integer> units) {
        this.units = units;
    }

    /** @param units in the order of their rows */
    static Wiring of(Recording recording, List<Integer> units) {
        var wiring = new Wiring(units);
        Machine machine = recording.machine();
        units.forEach(unit -> wiring.bands.put(unit, units.indexOf(unit)));
        var ports = new LinkedHashMap<String, Integer>();
        for (int id = 1; id <= machine.objectCount(); id++) {
            if (machine.object(id) instanceof DmaMaster port && port.unit().isPresent()) {
                int unit = port.unit().get().id();
                Integer first = ports.putIfAbsent(port.label(), unit);
                if (first != null) {
                    wiring.join(first, unit);
                }
            }
        }
        for (int id = 1; id <= machine.objectCount(); id++) {
            if (machine.object(id) instanceof Device device && ports.containsKey(device.label())) {
                wiring.unitOfDevice.put(id, Known.in(ports, device.label()));
            }
        }
        for (int step = 1; step <= recording.length(); step++) {
            if (recording.kind(step) == EventKind.CHANGED
                    && recording.event(step) instanceof Event.Changed changed
                    && changed.to() > 0
                    && changed.to() <= machine.objectCount()
                    && machine.object(changed.object()) instanceof Device
                    && machine.object((int) changed.to()) instanceof Group) {
                wiring.members
                        .computeIfAbsent((int) changed.to(), _ -> new TreeSet<>())
                        .add(changed.object());
            }
        }
        return wiring;
    }

    /** Units that one device needs stand in one band, and all owners behind them as well. */
    private void join(int one, int other) {
        int here = bands.getOrDefault(one, 0);
        int there = bands.getOrDefault(other, 0);
        bands.replaceAll((_, band) -> band == Math.max(here, there) ? Math.min(here, there) : band);
    }

    /** The unit in front of a device or of the first of a group's devices that has one, or the unit itself; 0 for none. */
    int unit(int object) {
        if (units.contains(object)) {
            return object;
        }
        return devices(object).stream()
                .map(device -> unitOfDevice.getOrDefault(device, 0))
                .filter(unit -> unit != 0)
                .findFirst()
                .orElse(0);
    }

    /** Orders owners as they stand from top to bottom: by band, then by the oldest device. */
    long rank(int object) {
        int unit = unit(object);
        long band = unit == 0 ? units.size() : bands.getOrDefault(unit, 0);
        return band * BAND + devices(object).getFirst();
    }

    private SequencedCollection<Integer> devices(int object) {
        TreeSet<Integer> group = members.get(object);
        return group == null ? List.of(object) : group;
    }
}
