package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.iommulab.sim.Machine;

/**
 * The machine's functions as they are plugged in, and who answers a configuration request: the bridges' bus numbers lead
 * it down. What is plugged in never changes; a function that the kernel removed still answers.
 */
public final class PciHardware {
    private final List<HardwareFunction> functions;
    private final List<Root> roots;
    private final Map<Optional<HardwareFunction>, List<HardwareFunction>> below = new LinkedHashMap<>();

    /** A root bus. */
    record Root(int domain, int bus) {}

    /**
     * Plugs functions in as the bus numbers in their bridges tell. Virtual functions among them are left out: they are
     * their physical function's to make.
     *
     * @param found addresses with configuration spaces, as a machine had them at one moment
     */
    public PciHardware(Machine machine, Map<PciAddress, ConfigSpace> found) {
        var real = new TreeMap<PciAddress, ConfigSpace>(PciAddress.ORDER);
        real.putAll(found);
        real.keySet().removeAll(virtualAmong(found).keySet());
        var made = new LinkedHashMap<PciAddress, HardwareFunction>();
        real.keySet().forEach(address -> make(machine, real, address, made));
        functions = real.keySet().stream().map(made::get).toList();
        functions.forEach(function -> below.computeIfAbsent(function.above(), key -> new ArrayList<>())
                .add(function));
        roots = onBus(Optional.empty()).stream()
                .map(PciHardware::rootOf)
                .distinct()
                .toList();
    }

    private static HardwareFunction make(
            Machine machine,
            Map<PciAddress, ConfigSpace> all,
            PciAddress address,
            Map<PciAddress, HardwareFunction> made) {
        HardwareFunction known = made.get(address);
        if (known != null) {
            return known;
        }
        Optional<HardwareFunction> above = bridgeTo(all, address).map(bridge -> make(machine, all, bridge, made));
        var registers = new ConfigRegisters(machine, address + " hardware", Objects.requireNonNull(all.get(address)));
        var function = new HardwareFunction(registers, above, address);
        made.put(address, function);
        return function;
    }

    // bridges stand on a lower bus than what is behind them, which also keeps bad numbers from closing a loop
    private static Optional<PciAddress> bridgeTo(Map<PciAddress, ConfigSpace> all, PciAddress address) {
        return all.entrySet().stream()
                .filter(entry -> entry.getKey().domain() == address.domain()
                        && entry.getKey().bus() < address.bus()
                        && entry.getValue().headerType() == 1
                        && BridgeNumbers.of(entry.getValue()).secondary() == address.bus())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The virtual functions that the physical ones had made, each with its physical function. */
    public static Map<PciAddress, PciAddress> virtualAmong(Map<PciAddress, ConfigSpace> all) {
        var virtual = new LinkedHashMap<PciAddress, PciAddress>();
        all.forEach((address, space) -> SriovCapability.of(space)
                .filter(SriovCapability::enabled)
                .ifPresent(sriov -> {
                    for (int i = 0; i < sriov.numVfs(); i++) {
                        virtual.put(
                                PciAddress.of(address.domain(), sriov.requesterId(address.requesterId(), i)), address);
                    }
                }));
        return virtual;
    }

    /** All functions in the order of their addresses at power-on. */
    public List<HardwareFunction> functions() {
        return functions;
    }

    List<Root> roots() {
        return roots;
    }

    /** The highest bus number that its host bridge can have: below the next root bus of its domain. */
    int lastBus(Root root) {
        return roots.stream()
                        .filter(other -> other.domain() == root.domain() && other.bus() > root.bus())
                        .mapToInt(Root::bus)
                        .min()
                        .orElse(0x100)
                - 1;
    }

    private static Root rootOf(HardwareFunction function) {
        return new Root(function.plugged().domain(), function.plugged().bus());
    }

    private List<HardwareFunction> onBus(Optional<HardwareFunction> bridge) {
        return below.getOrDefault(bridge, List.of());
    }

    /** Who answers now, and below which bridge it is plugged in. */
    record Answer(ConfigAccess registers, Optional<HardwareFunction> above) {}

    Optional<Answer> answer(int domain, int bus, int devfn) {
        for (Root root : roots()) {
            if (root.domain() == domain) {
                var onRoot = new ArrayList<HardwareFunction>();
                for (HardwareFunction function : onBus(Optional.empty())) {
                    if (function.plugged().domain() == domain
                            && function.plugged().bus() == root.bus()) {
                        onRoot.add(function);
                    }
                }
                Optional<Answer> answer = answer(onRoot, root.bus(), bus, devfn);
                if (answer.isPresent()) {
                    return answer;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Answer> answer(List<HardwareFunction> here, int number, int bus, int devfn) {
        for (HardwareFunction function : here) {
            if (bus == number && function.plugged().devfn() == devfn) {
                return Optional.of(new Answer(function, function.above()));
            }
        }
        for (HardwareFunction function : here) {
            Optional<ConfigRegisters> virtual = function.virtualAt(number, bus << 8 | devfn);
            if (virtual.isPresent()) {
                return Optional.of(new Answer(virtual.get(), function.above()));
            }
        }
        if (bus == number) {
            return Optional.empty();
        }
        for (HardwareFunction bridge : here) {
            if (bridge.isBridge() && bridge.registers().busNumbers().leadsTo(bus)) {
                return answer(
                        onBus(Optional.of(bridge)),
                        bridge.registers().busNumbers().secondary(),
                        bus,
                        devfn);
            }
        }
        return Optional.empty();
    }

    /** The way to whatever answers at an address, looked up anew for each request. */
    ConfigAccess at(PciBus bus, int devfn) {
        return new Routed(bus, devfn);
    }

    private final class Routed implements ConfigAccess {
        private final PciBus bus;
        private final int devfn;

        Routed(PciBus bus, int devfn) {
            this.bus = bus;
            this.devfn = devfn;
        }

        private Optional<Answer> find() {
            return answer(bus.domain(), bus.number(), devfn);
        }

        @Override
        public int read32(int offset) {
            return find().map(answer -> answer.registers().read32(offset)).orElse(-1);
        }

        @Override
        public void write32(int offset, int value) {
            find().ifPresent(answer -> answer.registers().write32(offset, value));
        }

        @Override
        public ConfigSpace snapshot() {
            return find().map(answer -> answer.registers().snapshot()).orElse(ConfigSpace.NO_ANSWER);
        }

        /** The requests for memory take the windows of the bridges above, so the bridges must be the believed ones. */
        @Override
        public boolean memoryAnswers() {
            Optional<Answer> at = find();
            Optional<PciBus> above = Optional.of(bus);
            while (at.isPresent() && above.isPresent() && !above.get().isRoot()) {
                Optional<PciFunction> self = above.get().self().flatMap(device -> device.pci());
                if (self.isEmpty()) {
                    above = above.get().parent();
                    continue;
                }
                Optional<Answer> bridge = answer(
                        self.get().bus().domain(),
                        self.get().bus().number(),
                        self.get().devfn());
                boolean same = bridge.isPresent()
                        && at.get()
                                .above()
                                .filter(b -> b == bridge.get().registers())
                                .isPresent();
                at = same ? bridge : Optional.empty();
                above = Optional.of(self.get().bus());
            }
            return at.isPresent();
        }
    }
}
