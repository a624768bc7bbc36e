package org.iommulab.hardware;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which unit stands in front of which port, and which ports a device has: the wiring of a board, which never changes. */
public final class Topology {
    private final List<Port> ports;
    private final Map<String, List<DmaMaster>> byDevice = new LinkedHashMap<>();
    private final Map<IommuUnit, List<Port>> byUnit = new LinkedHashMap<>();

    /**
     * A port of a device.
     *
     * @param device the device's name
     */
    public record Port(String device, DmaMaster master) {}

    /** @param ports in the board's order */
    public Topology(List<Port> ports) {
        this.ports = List.copyOf(ports);
        for (Port port : this.ports) {
            byDevice.computeIfAbsent(port.device(), _ -> new ArrayList<>()).add(port.master());
            port.master()
                    .unit()
                    .ifPresent(unit ->
                            byUnit.computeIfAbsent(unit, _ -> new ArrayList<>()).add(port));
        }
        byDevice.replaceAll((_, masters) -> List.copyOf(masters));
        byUnit.replaceAll((_, behind) -> List.copyOf(behind));
    }

    /** In the board's order. */
    public List<Port> ports() {
        return ports;
    }

    /** The ports of a device, in the board's order; empty for a device that does no DMA. */
    public List<DmaMaster> portsOf(String device) {
        return byDevice.getOrDefault(device, List.of());
    }

    /** The units in front of a device, each once. */
    public List<IommuUnit> unitsOf(String device) {
        return portsOf(device).stream()
                .map(DmaMaster::unit)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /** The ports behind a unit. */
    public List<Port> behind(IommuUnit unit) {
        return byUnit.getOrDefault(unit, List.of());
    }

    /** All units, in the order of the ports. */
    public List<IommuUnit> units() {
        return List.copyOf(byUnit.keySet());
    }
}
