package org.iommulab.bus.pci;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.sim.Machine;

/** Small trees of functions from a few words each. */
final class PciTree {
    final Machine machine = Machine.unrecorded();
    final PciSettings settings = new PciSettings(machine, AcsOverride.NONE);
    final PciTopology pci = new PciTopology();
    final Map<String, Device> devices = new LinkedHashMap<>();
    private final Map<String, PciBus> buses = new LinkedHashMap<>();

    /** {@code 00:01.1 root-port acs; 03:00.0 8086:1521 endpoint under 00:01.1 multi}. */
    static PciTree of(String text) {
        var tree = new PciTree();
        List.of(text.strip().split(" *; *")).forEach(tree::add);
        return tree;
    }

    private void add(String line) {
        List<String> words = List.of(line.strip().split(" +"));
        PciAddress address = PciAddress.parse("0000:" + words.getFirst()).orElseThrow();
        PciBus bus =
                buses.computeIfAbsent(words.getFirst().substring(0, 2), key -> new PciBus(settings, 0, address.bus()));
        int under = words.indexOf("under");
        if (under > 0) {
            Device bridge = device(words.get(under + 1));
            bus.put(bridge.pci().orElseThrow().bus(), Optional.of(bridge));
            bridge.pci().orElseThrow().subordinate().setQuietly(Optional.of(bus));
        }
        String type = words.stream()
                .skip(1)
                .filter(word -> !word.matches("[0-9a-f:.]+"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = PlainConfigSpace.of(
                        PciType.valueOf(type.toUpperCase(Locale.ROOT).replace('-', '_')),
                        words.contains("multi"),
                        words.contains("acs"))
                .bytes();
        words.stream().filter(word -> word.matches("[0-9a-f]{4}:[0-9a-f]{4}")).forEach(ids -> {
            put16(bytes, 0, Integer.parseInt(ids.substring(0, 4), 16));
            put16(bytes, 2, Integer.parseInt(ids.substring(5), 16));
        });
        ConfigSpace space = ConfigSpace.of(bytes);
        var function =
                new PciFunction(bus, address.devfn(), new ConfigRegisters(machine, words.getFirst(), space), space);
        var device = new Device(machine, words.getFirst(), "", "", List.of(), Optional.of(function));
        devices.put(words.getFirst(), device);
        bus.devices().add(device);
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }

    Device device(String name) {
        return Optional.ofNullable(devices.get(name)).orElseThrow();
    }

    PciFunction function(String name) {
        return device(name).pci().orElseThrow();
    }
}
