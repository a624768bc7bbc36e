package org.iommulab.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<Integer, Integer> unitOfDevice = new HashMap<>();
    private final Map<Integer, Integer> oldestOfGroup = new HashMap<>();

    private Wiring(List<Integer> units) {
        this.units = units;
    }

    /** @param units in the order of their rows */
    static Wiring of(Recording recording, List<Integer> units) {
        var wiring = new Wiring(units);
        Machine machine = recording.machine();
        var ports = new LinkedHashMap<String, Integer>();
        for (int id = 1; id <= machine.objectCount(); id++) {
            if (machine.object(id) instanceof DmaMaster port) {
                port.unit().ifPresent(unit -> ports.putIfAbsent(port.label(), unit.id()));
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
                wiring.oldestOfGroup.merge((int) changed.to(), changed.object(), Math::min);
            }
        }
        return wiring;
    }

    /** The unit in front of a device or of a group's oldest device, or the unit itself; 0 for none. */
    int unit(int object) {
        if (units.contains(object)) {
            return object;
        }
        return unitOfDevice.getOrDefault(oldestOfGroup.getOrDefault(object, object), 0);
    }

    /** Orders owners as they stand from top to bottom: by unit, then by the oldest device. */
    long rank(int object) {
        int unit = unit(object);
        long band = unit == 0 ? units.size() : units.indexOf(unit);
        return band * BAND + oldestOfGroup.getOrDefault(object, object);
    }
}
