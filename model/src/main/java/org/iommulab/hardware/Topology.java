package org.iommulab.hardware;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which unit stands in front of which port, and which ports a device has: the wiring of a board, which never changes.
 *
 * @param ports in the board's order
 */
public record Topology(List<Port> ports) {
    /**
     * A port of a device.
     *
     * @param device the device's name
     */
    public record Port(String device, DmaMaster master) {}

    public Topology {
        ports = List.copyOf(ports);
    }

    /** This wiring and these ports besides, each of the device whose name it bears. */
    public Topology with(List<DmaMaster> more) {
        return new Topology(Stream.concat(ports.stream(), more.stream().map(port -> new Port(port.label(), port)))
                .toList());
    }

    /** The ports of a device, in the board's order; empty for a device that does no DMA. */
    public List<DmaMaster> portsOf(String device) {
        return ports.stream()
                .filter(p -> p.device().equals(device))
                .map(Port::master)
                .toList();
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
        return ports.stream()
                .filter(p -> p.master().unit().filter(u -> u == unit).isPresent())
                .toList();
    }

    /** All units, in the order of the ports. */
    public List<IommuUnit> units() {
        return ports.stream()
                .map(p -> p.master().unit())
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }
}
