package org.iommulab.capture.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.TopologyReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read, and what is said when it cannot be. */
class MachineFileTest {
    /** A root port of which only the header was readable, and a device below it. */
    private static final String CUT = """
        {"meta": {"kernel_version": "Linux version 6.8.0-45-generic (buildd@x) #1", "kernel_cmdline": "quiet%s"},
         "iommu_instances": [{"name": "dmar0", "attributes": {}, "devices": []}],
         "groups": [{"id": 0, "type": "DMA", "devices": ["0000:00:01.0", "0000:01:00.0"]},
                    {"id": 1, "type": "DMA", "devices": ["0000:01:00.1"]}],
         "devices": [
           {"name": "0000:00:01.0", "bus": "pci", "config": "%s", "iommu_group": 0, "iommu": "dmar0"},
           {"name": "0000:01:00.0", "bus": "pci", "config": "%s", "iommu_group": 0, "iommu": "dmar0"},
           {"name": "0000:01:00.1", "bus": "pci", "config": "%s", "iommu_group": 1, "iommu": "dmar0"}]}
        """;

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("machine.json"), text);
    }

    private static String header(int device, int type) {
        return "8680%02x19".formatted(device) + "00".repeat(10) + "%02x".formatted(type) + "00".repeat(9) + "000101"
                + "00".repeat(64 - 27);
    }

    private AskedMachine cut(String option) throws IOException {
        return AskedMachine.of(
                MachineFile.read(file(CUT.formatted(option, header(1, 0x81), header(2, 0x80), header(3, 0x80)))));
    }

    @Test
    void withTheHeaderAloneItIsNotToldWhy() throws IOException {
        Why why = cut("").why("0000:00:01.0", "0000:01:00.0");
        assertThat(why.relation()).isEqualTo(Why.Relation.NOT_TOLD);
        assertThat(why.sentence()).contains("a capture by root has the rest");
    }

    @Test
    void theNearestKernelIsNamed() throws IOException {
        assertThat(cut("").file().kernelWords())
                .isEqualTo("the machine ran 6.8.0-45-generic; the lab plays 6.7, the nearest that it has");
    }

    /** 01:00.0 and 01:00.1 are functions of one device, and yet in two groups. */
    @Test
    void anOverrideOnTheCommandLineIsSeen() throws IOException {
        AskedMachine machine = cut(" pcie_acs_override=multifunction");
        assertThat(machine.isOverridden()).isTrue();
        assertThat(machine.why("0000:01:00.0", "0000:01:00.1").sentence())
                .contains("because the command line has pcie_acs_override=, but the hardware ties them still");
        assertThat(cut("").isOverridden()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"iommu_instances": [], "devices": [{"name": "0000:00:01.0", "config": "8x"}]} | machine.json: /devices/0/config: | expected at most 4096 bytes
        {"iommu_instances": [], "devices": [], "groups": [{"id": 1, "devices": [], "reserved_regions": [{"start": "x", "end": "0x1", "type": "msi"}]}]} | machine.json: group 1: | expected two addresses
        {"iommu_instances": [ | machine.json:1: | end-of-input
        {"devices": []} | machine.json | a list is missing
        """)
    void aBadFileIsRefused(String text, String where, String what) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> MachineFile.read(file))
                .isInstanceOf(TopologyReader.BadTopology.class)
                .hasMessageStartingWith(where)
                .hasMessageContaining(what);
    }

    @Test
    void aFolderWithoutATopologyIsRefused() {
        assertThatThrownBy(() -> MachineFile.read(folder)).hasMessageContaining("there is no topology.json in it");
        assertThatThrownBy(() -> MachineFile.read(folder.resolve("none")))
                .hasMessageContaining("there is no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "'downstream', true",
        "'downstream,multifunction,id:8086:10d3,0000:05:00.0', true",
        "'', false",
        "'down', false",
        "'id:8086', false"
    })
    void anOverrideIsReadAndWritten(String words, boolean good) {
        assertThat(AcsOverride.parse(words).isPresent()).isEqualTo(good);
        AcsOverride.parse(words)
                .ifPresent(override ->
                        assertThat(AcsOverride.parse(override.text())).contains(override));
    }

    /** The usual desktop: two root ports without ACS in one slot, a device below each; told by fields alone. */
    @Test
    void portsWithoutAcsAreSplitAndTheWayBetweenTheirDevicesStaysOpen() throws IOException {
        String port = """
            {"name": "0000:00:01.%d", "vendor": "0x1022", "device": "0x1483", "class": "0x060400", "iommu_group": 3,
             "secondary_bus_number": "%d", "subordinate_bus_number": "%d", "pci": {"multifunction": true,
             "header_type": 1, "pcie_type": 4}},
            """;
        String device = """
            {"name": "0000:0%d:00.0", "vendor": "0x10de", "device": "0x2484", "class": "0x030000", "iommu_group": 3,
             "pci": {"multifunction": false, "header_type": 0, "pcie_type": 0}}\
            """;
        AskedMachine machine = AskedMachine.of(MachineFile.read(
                file("""
                        {"iommu_instances": [{"name": "ivhd0", "attributes": {}, "devices": []}],
                         "groups": [{"id": 3, "type": "DMA",
                           "devices": ["0000:00:01.0", "0000:00:01.1", "0000:01:00.0", "0000:02:00.0"]}],
                         "devices": [\
                        """ + port.formatted(0, 1, 1) + port.formatted(1, 2, 2) + device.formatted(1) + ","
                        + device.formatted(2) + "]}")));

        assertThat(machine.why("0000:01:00.0", "0000:02:00.0").ties())
                .extracting(Tie::kind)
                .containsExactly(Tie.Kind.TURNS_BELOW, Tie.Kind.MULTIFUNCTION, Tie.Kind.TURNS_BELOW);
        WhatIf whatIf = machine.whatIf(AcsOverride.parse("downstream").orElseThrow());
        assertThat(whatIf.groups()).extracting(group -> group.id()).containsExactly(3, 0, 1, 2);
        assertThat(whatIf.open()).singleElement().satisfies(path -> {
            assertThat(path.sentence())
                    .isEqualTo(
                            "0000:01:00.0 and 0000:02:00.0 would be in two groups, but could still reach each other at"
                                    + " 0000:00:01.0, unseen by the IOMMU: 0000:00:01.0 has no ACS capability.");
            assertThat(path.ties()).hasSize(3);
        });
    }

    /** Of functions without configuration space nothing is said that nobody read; what sysfs has leads a scan to them. */
    @Test
    void functionsWithoutConfigurationSpaceAreFoundAndNothingIsMadeUp(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("topology.json");
        Files.writeString(file, """
            {"iommu_instances": [], "groups": [{"id": 1, "devices": ["10000:05:00.0", "10000:05:00.1"]}], "devices": [
            {"name": "10000:00:02.0", "class": "0x060400", "secondary_bus_number": "4", "subordinate_bus_number": "4"},
            {"name": "10000:00:02.1", "class": "0x060400", "secondary_bus_number": "5", "subordinate_bus_number": "5"},
            {"name": "10000:05:00.0", "vendor": "0x8086", "device": "0x10d3", "class": "0xfffefd"},
            {"name": "10000:05:00.1", "vendor": "0x8086", "device": "0x10d3", "class": "strange"}]}
            """);
        AskedMachine machine = AskedMachine.of(MachineFile.read(file));

        assertThat(machine.device("10000:05:00.1").orElseThrow())
                .returns("", DeviceAnswer::type)
                .returns("", DeviceAnswer::acs);
        assertThat(machine.why("10000:05:00.0", "10000:05:00.1").sentence()).contains("Why cannot be told");
        WhatIf whatIf = machine.whatIf(AcsOverride.parse("downstream").orElseThrow());
        assertThat(whatIf.sentence()).contains("Of 4 functions only the header was readable");
        assertThat(whatIf.remarks()).containsExactly("Group 1: why its devices are together is not known.");
    }
}
