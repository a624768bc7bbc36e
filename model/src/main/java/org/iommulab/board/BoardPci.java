package org.iommulab.board;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.ConfigRegisters;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.HostWindow;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciBus;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciSettings;
import org.iommulab.bus.pci.PlainConfigSpace;

/** PCI as a board file tells it: functions with their buses, made without a scan. */
final class BoardPci {
    private final PciSettings settings;
    private final Map<Long, PciBus> buses = new HashMap<>();
    private final List<PciAddress> addresses;

    BoardPci(Board board, PciSettings settings) {
        this.settings = settings;
        this.addresses = board.devices().stream()
                .flatMap(device -> PciAddress.parse(device.name()).stream())
                .toList();
        board.pciWindows()
                .forEach(window -> settings.add(
                        new HostWindow(settings.machine(), 0, window.base(), window.base() + window.size() - 1)));
    }

    /** @param devices finds the bridge above it, which stands before it in the file */
    PciFunction functionOf(String name, Board.Pci planned, Function<String, Device> devices) {
        PciAddress address = PciAddress.parse(name).orElseThrow();
        PciBus bus = buses.computeIfAbsent(
                (long) address.domain() << 8 | address.bus(),
                key -> new PciBus(settings, address.domain(), address.bus()));
        planned.below().map(devices).ifPresent(bridge -> putBelow(bus, bridge));
        ConfigSpace space = PlainConfigSpace.of(
                planned.type(),
                hasNeighbour(address),
                planned.isolates(),
                planned.pasidBits().orElse(0));
        var function =
                new PciFunction(bus, address.devfn(), new ConfigRegisters(settings.machine(), name, space), space);
        function.externalFacing().setQuietly(planned.facesOutside());
        return function;
    }

    private static void putBelow(PciBus bus, Device bridge) {
        PciFunction above = bridge.pci().orElseThrow();
        bus.put(above.bus(), Optional.of(bridge));
        above.subordinate().setQuietly(Optional.of(bus));
    }

    private boolean hasNeighbour(PciAddress address) {
        return address.function() > 0
                || addresses.stream().filter(address::inSlotOf).count() > 1;
    }
}
