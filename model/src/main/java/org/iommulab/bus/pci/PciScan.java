package org.iommulab.bus.pci;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/**
 * The scan of a bus and of what is below it (drivers/pci/probe.c, v6.1 and v6.12: pci_scan_child_bus_extend,
 * pci_scan_bridge_extend, pci_scan_slot). Numbers of buses that are held back for hot plugging count as the kernel's
 * unsigned int. No CardBus bridges, no fixed numbers by Enhanced Allocation.
 */
final class PciScan {
    private static final String PROBE_C = "drivers/pci/probe.c";
    private static final Term CHILD_BUS = Term.function("pci_scan_child_bus_extend", PROBE_C);
    private static final Term BRIDGE = Term.function("pci_scan_bridge_extend", PROBE_C);
    private static final Term INVALID = LogText.of("<6>bridge configuration invalid ([bus %02h-%02l]), reconfiguring");
    private static final int ARI_NEXT_FUNCTION = 4;
    private static final int SLOT_CAPABILITIES = 0x14;
    private static final int HOT_PLUG = 1 << 6;
    private static final int NUMBERS = 0x00ff_ffff;

    private final Kernel kernel;
    private final RefList<PciBus> buses;
    private final PciDeviceAdd adding;
    private final boolean reassigns;

    PciScan(Kernel kernel, RefList<PciBus> buses, PciDeviceAdd adding, boolean reassigns) {
        this.kernel = kernel;
        this.buses = buses;
        this.adding = adding;
        this.reassigns = reassigns;
    }

    /** pci_scan_child_bus. */
    void childBus(PciBus root) {
        childBus(root, 0);
    }

    /** @return the highest bus number in use on it and below it */
    private int childBus(PciBus bus, int available) {
        return (int) kernel.call(CHILD_BUS, bus, () -> childBusExtend(bus, available));
    }

    private int childBusExtend(PciBus bus, int available) {
        for (int devfn = 0; devfn < 256; devfn += 8) {
            slot(bus, devfn);
        }
        int used = Sriov.busesNeeded(bus);
        int max = bus.number() + used;
        int hotPlug = 0;
        int normal = 0;
        for (Device bridge : bridgesOn(bus)) {
            if (isHotPlug(bridge)) {
                hotPlug++;
            } else {
                normal++;
            }
        }
        for (Device bridge : bridgesOn(bus)) {
            int before = max;
            max = bridge(bus, bridge, max, 0, 0);
            used += 1 + Math.max(0, max - before - 1);
        }
        for (Device bridge : bridgesOn(bus)) {
            int spare = 0;
            if (hotPlug == 0 && normal == 1) {
                spare = available - used;
            } else if (isHotPlug(bridge)) {
                spare = unsignedMin(Integer.divideUnsigned(available, hotPlug), available - used + 1);
            }
            int before = max;
            max = bridge(bus, bridge, max, spare, 1);
            if (max - before > 1) {
                used += max - before - 1;
            }
        }
        boolean belowHotPlug = bus.self().filter(PciScan::isHotPlug).isPresent();
        if (belowHotPlug && Integer.compareUnsigned(max - bus.number(), available) < 0) {
            max = unsignedMin(bus.number() + available, (int) bus.last().get());
        }
        return max;
    }

    private static int unsignedMin(int a, int b) {
        return Integer.compareUnsigned(a, b) < 0 ? a : b;
    }

    private static List<Device> bridgesOn(PciBus bus) {
        return bus.devices().toList().stream()
                .filter(device -> device.pci().orElseThrow().isBridge())
                .toList();
    }

    private static boolean isHotPlug(Device bridge) {
        ConfigSpace found = bridge.pci().orElseThrow().found();
        var express = found.find(StandardCapability.EXPRESS);
        return express.isPresent() && (found.read32(express.getAsInt() + SLOT_CAPABILITIES) & HOT_PLUG) != 0;
    }

    // ---- slots

    private void slot(PciBus bus, int devfn) {
        Optional<PciFunction> above = bus.self().flatMap(Device::pci);
        if (devfn > 0 && above.filter(bridge -> bridge.type().leadsDown()).isPresent()) {
            return; // only_one_child
        }
        int function = 0;
        while (function >= 0) {
            Optional<Device> device = single(bus, devfn + function);
            if (device.isEmpty() && function == 0) {
                return;
            }
            if (function > 0) {
                device.flatMap(Device::pci)
                        .ifPresent(found -> found.multifunction().setQuietly(true));
            }
            function = next(bus, device.flatMap(Device::pci), function);
        }
    }

    // next_fn; -1 after the last
    private static int next(PciBus bus, Optional<PciFunction> device, int function) {
        if (PciDeviceAdd.isAri(bus)) {
            var at = device.map(PciFunction::found)
                    .map(found -> found.find(ExtendedCapability.ARI))
                    .orElse(OptionalInt.empty());
            int next =
                    at.isPresent() ? device.orElseThrow().config().read16(at.getAsInt() + ARI_NEXT_FUNCTION) >> 8 : 0;
            return next > function ? next : -1;
        }
        boolean alone = device.filter(found -> !found.multifunction().get()).isPresent();
        return function >= 7 || alone ? -1 : function + 1;
    }

    private Optional<Device> single(PciBus bus, int devfn) {
        return bus.at(devfn).or(() -> adding.setup(bus, devfn).map(adding::add));
    }

    // ---- bridges

    private int bridge(PciBus bus, Device bridge, int max, int available, int pass) {
        return (int) kernel.call(BRIDGE, bridge, bus, () -> scanBridge(bus, bridge, max, available, pass));
    }

    private int scanBridge(PciBus bus, Device bridge, int max, int available, int pass) {
        ConfigAccess config = bridge.pci().orElseThrow().config();
        int register = config.read32(BridgeNumbers.REGISTER);
        BridgeNumbers numbers = BridgeNumbers.of(register);
        int primary = numbers.primary() == 0 && numbers.secondary() != 0 && numbers.subordinate() != 0
                ? bus.number() // hard-wired to 0
                : numbers.primary();
        boolean broken = pass == 0
                && (primary != bus.number()
                        || numbers.secondary() <= bus.number()
                        || numbers.secondary() > numbers.subordinate());
        if (broken) {
            kernel.log().line(INVALID, bridge, LogText.pack(numbers.secondary(), numbers.subordinate()), 0);
        }
        boolean configured = numbers.secondary() != 0 || numbers.subordinate() != 0;
        if (configured && !reassigns && !broken) {
            return pass == 0 ? keep(bus, bridge, numbers, max) : max;
        }
        if (pass == 0) {
            if (reassigns || broken) {
                config.write32(BridgeNumbers.REGISTER, register & ~NUMBERS);
            }
            return max;
        }
        return assign(bus, bridge, register, max, available);
    }

    // in the first pass: the firmware's numbers stand
    private int keep(PciBus bus, Device bridge, BridgeNumbers numbers, int max) {
        PciBus child = find(bus.domain(), numbers.secondary())
                .orElseGet(() -> newBus(bus, bridge, numbers.secondary(), numbers.subordinate()));
        childBus(child, numbers.subordinate() - numbers.secondary());
        return Math.max(max, numbers.subordinate());
    }

    // in the second pass: the next free number. A bus of that number that is there already is scanned as it is.
    private int assign(PciBus bus, Device bridge, int register, int max, int available) {
        ConfigAccess config = bridge.pci().orElseThrow().config();
        int number = max + 1;
        if (number > bus.root().last().get()) {
            return max; // nothing is left for it
        }
        PciBus child = find(bus.domain(), number)
                .orElseGet(() -> newBus(bus, bridge, number, (int) bus.last().get()));
        int primary = child.parent().map(PciBus::number).orElse(0);
        config.write32(
                BridgeNumbers.REGISTER,
                new BridgeNumbers(primary, child.number(), (int) child.last().get()).into(register));
        int highest = childBus(child, available == 0 ? 0 : available - 1);
        child.last().setQuietly(highest);
        int now = config.read32(BridgeNumbers.REGISTER);
        BridgeNumbers last = BridgeNumbers.of(now);
        config.write32(BridgeNumbers.REGISTER, new BridgeNumbers(last.primary(), last.secondary(), highest).into(now));
        return highest;
    }

    private Optional<PciBus> find(int domain, int number) {
        return buses.toList().stream()
                .filter(bus -> bus.domain() == domain && bus.number() == number)
                .findFirst();
    }

    // pci_add_new_bus
    private PciBus newBus(PciBus parent, Device bridge, int number, int last) {
        var child = new PciBus(parent.settings(), parent.domain(), number);
        child.put(parent, Optional.of(bridge));
        child.last().setQuietly(last);
        bridge.pci().orElseThrow().subordinate().setQuietly(Optional.of(child));
        buses.add(child);
        return child;
    }
}
