package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.bus.pci.ConfigRegisters;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciBus;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciSettings;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.bus.pci.PciType;
import org.iommulab.bus.pci.PlainConfigSpace;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** pci_device_group on small trees: who ends up with whom (spec of the core, 2.4; results to show). */
class PciGroupsTest {
    private final Machine machine = new Machine(false, Limits.USUAL);
    private final Kernel kernel = new Kernel(machine, KernelBuild.of(Version.V6_2), Map.of());
    private final Map<String, Device> devices = new LinkedHashMap<>();
    private final Map<String, PciBus> buses = new LinkedHashMap<>();
    private final PciSettings settings = new PciSettings(machine, AcsOverride.NONE);
    private final PciTopology pci = new PciTopology();

    /** A line of the tree: {@code 03:00.1 endpoint under 00:01.1 multi acs}. */
    private void add(String line) {
        String[] words = line.strip().split(" +");
        String name = "0000:" + words[0];
        Optional<String> below = Optional.of(line)
                .filter(l -> l.contains(" under "))
                .map(l -> "0000:" + l.substring(l.indexOf(" under ") + 7).split(" ")[0]);
        PciAddress address = PciAddress.parse(name).orElseThrow();
        PciBus bus = buses.computeIfAbsent(
                name.substring(0, 7), key -> new PciBus(settings, address.domain(), address.bus()));
        below.map(devices::get).ifPresent(bridge -> {
            bus.put(bridge.pci().orElseThrow().bus(), Optional.of(bridge));
            bridge.pci().orElseThrow().subordinate().setQuietly(Optional.of(bus));
        });
        ConfigSpace space = PlainConfigSpace.of(
                PciType.valueOf(words[1].toUpperCase(Locale.ROOT).replace('-', '_')),
                line.contains(" multi"),
                line.contains(" acs"));
        var registers = new ConfigRegisters(machine, name, space);
        var function = new PciFunction(bus, address.devfn(), registers, space);
        var device = new Device(machine, name, name, "pci", List.of(), Optional.of(function));
        devices.put(name, device);
        bus.devices().add(device);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        00:01.1 root-port acs; 03:00.0 endpoint under 00:01.1 | 00:01.1 / 03:00.0
        00:01.1 root-port; 03:00.0 endpoint under 00:01.1 | 00:01.1 03:00.0
        00:01.1 root-port acs; 03:00.0 endpoint under 00:01.1 multi; 03:00.1 endpoint under 00:01.1 multi | 00:01.1 / 03:00.0 03:00.1
        00:01.1 root-port acs; 03:00.0 endpoint under 00:01.1 multi acs; 03:00.1 endpoint under 00:01.1 multi acs | 00:01.1 / 03:00.0 / 03:00.1
        00:01.1 root-port acs; 05:00.0 pcie-to-pci-bridge under 00:01.1; 06:01.0 conventional under 05:00.0; 06:02.0 conventional under 05:00.0 | 00:01.1 / 05:00.0 06:01.0 06:02.0
        00:01.1 root-port acs; 02:00.0 upstream-port under 00:01.1; 03:00.0 downstream-port under 02:00.0; 03:01.0 downstream-port under 02:00.0; 04:00.0 endpoint under 03:00.0; 05:00.0 endpoint under 03:01.0 | 00:01.1 / 02:00.0 / 03:00.0 04:00.0 / 03:01.0 05:00.0
        00:01.1 root-port acs; 02:00.0 upstream-port under 00:01.1; 03:00.0 downstream-port under 02:00.0 acs; 03:01.0 downstream-port under 02:00.0 acs; 04:00.0 endpoint under 03:00.0; 05:00.0 endpoint under 03:01.0 | 00:01.1 / 02:00.0 / 03:00.0 / 03:01.0 / 04:00.0 / 05:00.0
        00:02.0 rc-endpoint; 00:14.0 rc-endpoint multi; 00:14.2 rc-endpoint multi | 00:02.0 / 00:14.0 00:14.2
        """)
    void whoSharesAGroup(String tree, String groups) {
        List.of(tree.split(";")).forEach(this::add);
        var rule = new PciGroups(pci);
        var made = new ArrayList<Group>();
        for (Device device : devices.values()) {
            Group group = rule.groupFor(device, () -> {
                var fresh = new Group(kernel, made.size());
                made.add(fresh);
                return fresh;
            });
            device.iommuGroup().setQuietly(Optional.of(group));
            group.devices().add(device);
        }
        assertThat(made.stream()
                        .map(group -> group.devices().toList().stream()
                                .map(d -> d.label().substring(5))
                                .collect(Collectors.joining(" ")))
                        .collect(Collectors.joining(" / ")))
                .isEqualTo(groups.strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        06:01.0 | 608 600
        05:00.0 | 500
        """)
    void anIdAboveABridgeIsItsSecondaryBus(String device, String ids) {
        List.of(
                        "00:01.1 root-port acs",
                        "05:00.0 pcie-to-pci-bridge under 00:01.1",
                        "06:01.0 conventional under 05:00.0")
                .forEach(this::add);
        assertThat(pci.dmaAliases(devices.get("0000:" + device)).stream()
                        .map(alias -> Integer.toHexString(alias.requesterId()))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(ids);
    }
}
