package org.iommulab.app.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.graph.Moment;

/** Names of the machine's devices and numbers of its groups, and the object ids that the views share. */
final class Ids {
    private final Map<String, Integer> devices = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, Integer> groups = new HashMap<>();

    Ids(Moment moment) {
        for (Moment.GroupView group : moment.groups()) {
            groups.put(group.number(), group.id());
            group.devices().forEach(this::add);
        }
        moment.loose().forEach(this::add);
    }

    private void add(Moment.DeviceView device) {
        devices.put(device.name(), device.id());
        names.put(device.id(), device.name());
    }

    /** 0 for a device that is not shown. */
    int device(String name) {
        return devices.getOrDefault(name, 0);
    }

    int group(int number) {
        return groups.getOrDefault(number, 0);
    }

    /** The device with this id; empty when it is no device's. */
    Optional<String> name(int id) {
        return Optional.ofNullable(names.get(id));
    }

    /** The number of the group with this id; empty when it is no group's. */
    OptionalInt number(int id) {
        return groups.entrySet().stream()
                .filter(entry -> entry.getValue() == id)
                .mapToInt(Map.Entry::getKey)
                .findFirst();
    }
}
