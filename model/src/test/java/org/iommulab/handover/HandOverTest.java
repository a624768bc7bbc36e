package org.iommulab.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.bus.pci.LspciReader;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.SriovCapability;
import org.iommulab.capture.machine.AskedMachine;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Chapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Devices of real machines, handed over. */
class HandOverTest {
    private static final Path CAPTURES = Path.of("src/test/resources/captures");

    private static HandedRun play(String capture, String device) throws IOException {
        return HandOver.play(MachineFile.read(CAPTURES.resolve(capture)), device, AcsOverride.NONE);
    }

    private static List<String> titles(HandedRun run) {
        return run.chapters().stream()
                .map(chapter -> chapter.title() + " = " + chapter.result())
                .toList();
    }

    @Test
    void aDeviceIsHandedOverAndGivenBack() throws IOException {
        HandedRun run = play("x86-intel-6.1-default", "0000:05:00.0");
        assertThat(titles(run))
                .containsExactly(
                        "Boot = 0",
                        "Load vfio-pci = 0",
                        "Free 05:00.0 of e1000e = 0",
                        "Free 05:00.1 of virtio-pci = 0",
                        "Only vfio-pci may have it = 0",
                        "Bind it to vfio-pci = 0",
                        "Open a container = 0",
                        "Open group 12 = 0",
                        "Is the group viable = 1",
                        "Put it into the container = 0",
                        "Make an address space = 0",
                        "Which addresses are free = 0",
                        "Map 64 KiB at 0x100000 = 0",
                        "Open the device = 0",
                        "Let it begin accesses = 0",
                        "It writes to 0x100000 = 8",
                        "It reads from 0x100000 = 8",
                        "It writes to 0x110000 = 0",
                        "Unmap 0x100000 = 0",
                        "It writes there again = 0",
                        "Close the device = 0",
                        "Close the group = 0",
                        "Close the container = 0",
                        "Unbind it from vfio-pci = 0",
                        "Any driver may have it = 0",
                        "virtio-pci gets 05:00.1 back = 0",
                        "e1000e gets 05:00.0 back = 0");
        assertThat(run.refusal()).isEmpty();
        assertThat(run.brokenRules()).isEmpty();
        Chapter last = run.chapters().getLast();
        Moment end = run.momentAt(last.lastStep());
        assertThat(end.groups().stream().flatMap(group -> group.devices().stream()))
                .anySatisfy(device -> {
                    assertThat(device.name()).isEqualTo("0000:05:00.0");
                    assertThat(device.driver()).isEqualTo("e1000e");
                    assertThat(device.units()).isNotEmpty();
                });
    }

    /** The capture with a second unit, which has a root port and what is below, or the other way round. */
    @ParameterizedTest
    @CsvSource({
        "0000:01:00.0, dmar0",
        "0000:00:02.0, dmar0",
        "0000:05:00.0, dmar1",
        "0000:05:00.1, dmar1",
        "0000:00:05.0, dmar1"
    })
    void ofSeveralUnitsItsOwnTranslates(String device, String unit, @TempDir Path folder) throws IOException {
        Path capture = CAPTURES.resolve("x86-intel-6.1-default");
        try (var files = Files.list(capture)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName().toString()));
            }
        }
        var json = JsonMapper.builder().build();
        var topology = (ObjectNode) json.readTree(Files.readString(capture.resolve("topology.json")));
        var units = (ArrayNode) topology.get("iommu_instances");
        var second = (ObjectNode) units.get(0).deepCopy();
        second.put("name", "dmar1");
        ((ObjectNode) second.get("attributes")).put("intel-iommu/address", "fed91000");
        units.add(second);
        for (JsonNode each : topology.get("devices")) {
            boolean firsts = List.of("0000:00:02.0", "0000:01:00.0")
                    .contains(each.get("name").asString());
            ((ObjectNode) each).put("iommu", firsts ? "dmar0" : "dmar1");
        }
        Files.writeString(folder.resolve("topology.json"), json.writeValueAsString(topology));

        HandedRun run = HandOver.play(MachineFile.read(folder), device, AcsOverride.NONE);
        Moment end = run.momentAt(run.chapters().getLast().lastStep());
        assertThat(end.groups().stream()
                        .flatMap(group -> group.devices().stream())
                        .filter(each -> each.name().equals(device))
                        .flatMap(each -> each.units().stream())
                        .flatMap(id -> end.units().stream().filter(each -> each.id() == id))
                        .map(Moment.UnitView::name))
                .containsExactly(unit);
        assertThat(run.brokenRules()).isEmpty();
    }

    @Test
    void aBridgeIsRefusedAndGivenBack() throws IOException {
        HandedRun run = play("x86-intel-6.1-default", "0000:00:02.0");
        assertThat(run.refusal()).contains("Bind it to vfio-pci: -EINVAL");
        assertThat(titles(run)).contains("pcieport gets 00:02.0 back = 0");
        assertThat(run.outcome().text()).startsWith("broken (refused at");
    }

    /** A machine that had virtual functions has them again before one of them goes to user space. */
    @Test
    void aVirtualFunctionIsMadeAndHandedOver(@TempDir Path folder) throws IOException {
        MachineFile file = withVirtualFunctions(folder);
        assertThat(AskedMachine.of(file).device("0000:01:00.2").orElseThrow().type())
                .isEqualTo("PCIe Endpoint, virtual function of 0000:01:00.0");

        HandedRun run = HandOver.play(file, "0000:01:00.2", AcsOverride.NONE);

        assertThat(run.refusal()).isEmpty();
        assertThat(titles(run))
                .startsWith("Boot = 0", "Make 2 virtual functions of 01:00.0 = 0", "Load vfio-pci = 0")
                .contains("Free 01:00.2 of vfdriver = 0", "It writes to 0x100000 = 8", "It writes to 0x110000 = 0")
                .endsWith("vfdriver gets 01:00.2 back = 0");
        assertThat(run.brokenRules()).isEmpty();
    }

    /** vfio_pci_core_register_device: not while it has virtual functions. */
    @Test
    void aPhysicalFunctionIsRefusedWhileItHasVirtualOnes(@TempDir Path folder) throws IOException {
        HandedRun run = HandOver.play(withVirtualFunctions(folder), "0000:01:00.0", AcsOverride.NONE);
        assertThat(run.refusal()).contains("Bind it to vfio-pci: -EBUSY");
    }

    /** The NVMe with two virtual functions, of drivers that the lab has never heard of. */
    private static MachineFile withVirtualFunctions(Path folder) throws IOException {
        Path capture = CAPTURES.resolve("x86-intel-6.1-default");
        var spaces = LspciReader.read(capture.resolve("lspci-xxxx.txt"));
        var json = JsonMapper.builder().build();
        var topology = (ObjectNode) json.readTree(Files.readString(capture.resolve("topology.json")));
        var devices = (ArrayNode) topology.get("devices");
        ObjectNode physical = null;
        for (JsonNode each : devices) {
            PciAddress address = PciAddress.parse(each.get("name").asString()).orElseThrow();
            byte[] bytes = spaces.get(address).bytes();
            if (each.get("name").asString().equals("0000:01:00.0")) {
                physical = (ObjectNode) each;
                physical.put("driver", "pfdriver");
                int sriov =
                        SriovCapability.of(spaces.get(address)).orElseThrow().at();
                bytes[sriov + 0x08] |= 0x09;
                bytes[sriov + 0x10] = 2;
                bytes[sriov + 0x1a] = 0x11;
            }
            ((ObjectNode) each).put("config", HexFormat.of().formatHex(bytes));
        }
        for (int i = 1; i <= 2; i++) {
            ObjectNode virtual = Objects.requireNonNull(physical).deepCopy();
            virtual.put("name", "0000:01:00." + i);
            virtual.put("physfn", "0000:01:00.0");
            virtual.put("driver", "vfdriver");
            virtual.put("config", "ffffffff" + physical.get("config").asString().substring(8, 512));
            devices.add(virtual);
        }
        Path file = folder.resolve("topology.json");
        Files.writeString(file, json.writeValueAsString(topology));
        Files.copy(capture.resolve("iomem.txt"), folder.resolve("iomem.txt"));
        return MachineFile.read(file);
    }

    @Test
    void anUnknownDeviceIsSaid() {
        assertThatThrownBy(() -> play("x86-intel-6.1-default", "0000:07:00.0"))
                .isInstanceOf(HandOver.CannotBegin.class)
                .hasMessageContaining("0000:07:00.0");
    }
}
