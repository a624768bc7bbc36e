package org.iommulab.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.iommulab.conform.Conformance.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Captures that nobody made: other IOMMUs, other command lines, files that are missing or were cut off. */
class OtherCapturesTest {
    private static final Path CAPTURES = Path.of("src/test/resources/captures");
    private static final String INTEL = "x86-intel-6.1-default";
    private static final String SMMU = "arm64-smmuv3-6.12-default";
    private static final String SHORT = "groups\n";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private Path copy;

    @BeforeEach
    void name() {
        copy = folder.resolve("capture");
    }

    private void copy(String capture) throws IOException {
        Files.createDirectories(copy);
        try (var files = Files.list(CAPTURES.resolve(capture))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
    }

    private void replace(String file, String before, String after) throws IOException {
        String text = Files.readString(copy.resolve(file));
        assertThat(text).contains(before);
        Files.writeString(copy.resolve(file), text.replace(before, after));
    }

    private StepsFile.Steps played() throws IOException {
        Conformance.run(List.of(copy), Optional.of(folder.resolve("out")));
        return StepsFile.read(folder.resolve("out").resolve("capture").resolve("steps.json"));
    }

    private Row row() throws IOException {
        return Conformance.run(List.of(copy), Optional.empty()).rows().getFirst();
    }

    // ---- a virtio-iommu at 00:01.0 in place of what was there

    private void withVirtioIommu() throws IOException {
        var root = (ObjectNode) JSON.readTree(Files.readString(copy.resolve("topology.json")));
        root.remove("groups");
        root.path("devices").forEach(device -> {
            var function = (ObjectNode) device;
            function.remove("iommu_group");
            if (function.path("iommu").isString()) {
                function.put("iommu", "0000:00:01.0");
            }
        });
        root.withArray("devices")
                .addObject()
                .put("name", "0000:00:01.0")
                .put("bus", "pci")
                .put("vendor", "0x1af4")
                .put("device", "0x1057")
                .put("class", "0x00ff00")
                .put("driver", "virtio-pci");
        root.putArray("iommu_instances")
                .addObject()
                .put("name", "0000:00:01.0")
                .put("sysfs_path", "../../devices/pci0000:00/0000:00:01.0/virtio0/iommu/0000:00:01.0")
                .putObject("attributes");
        Files.writeString(copy.resolve("topology.json"), JSON.writeValueAsString(root));
        Path lspci = copy.resolve("lspci-xxxx.txt");
        Files.writeString(
                lspci,
                "0000:00:01.0 virtio-iommu\n00: f4 1a 57 10 06 00 00 00 01 00 ff 00 00 00 00 00\n\n"
                        + Files.readString(lspci));
    }

    /**
     * A device tree and ACPI's VIOT tell of a virtio-iommu when a driver comes: what waited has its groups in the order in
     * which it was found, and what nobody drives has none. The IOMMU itself is behind none.
     */
    @ParameterizedTest
    @CsvSource({
        SMMU + ", false, DMA, 'group 1 type=DMA devices=0000:00:06.0(e1000e)'",
        SMMU + ", true, DMA, 'group 5 type=DMA devices=0000:03:00.0(shpchp),0000:04:01.0(e1000)'",
        INTEL + ", true, DMA-FQ, 'group 5 type=DMA-FQ devices=0000:03:00.0(-),0000:04:01.0(e1000)'"
    })
    void aVirtioIommuHasItsGroups(String capture, boolean acpi, String type, String group) throws IOException {
        copy(capture);
        withVirtioIommu();
        Files.writeString(copy.resolve("script.txt"), SHORT);
        if (acpi && capture.equals(SMMU)) {
            replace("iomem.txt", "pcie@10000000", "PCI Bus 0000:00");
        }
        replace("capture.txt", capture.equals(INTEL) ? "6.1.0-56-amd64" : "6.12.117", "6.12.117");
        List<String> groups = played().steps().getFirst().output();
        assertThat(groups).contains(group);
        assertThat(groups).noneMatch(line -> line.contains("0000:00:01.0") || line.contains("0000:04:02.0"));
        assertThat(groups.getFirst()).startsWith("group 0 type=" + type + " devices=0000:00:02.0(pcieport)");
    }

    // ---- command lines

    @ParameterizedTest
    @CsvSource({
        "iommu=pt, identity",
        "iommu.passthrough=on, identity",
        "'iommu=pt,nopt', DMA",
        "'intel_iommu=on,strict', DMA",
        "quiet, DMA"
    })
    void theCommandLineChoosesTheType(String words, String type) throws IOException {
        copy(INTEL);
        Files.writeString(copy.resolve("script.txt"), SHORT);
        replace("capture.txt", " intel_iommu=on\n", " " + words + "\n");
        assertThat(played().steps().getFirst().output().getFirst())
                .isEqualTo("group 0 type=" + type + " devices=0000:00:00.0(-)");
    }

    @Test
    void aMachineWhoseIommuIsOffHasNoGroups() throws IOException {
        copy(INTEL);
        replace("capture.txt", "intel_iommu=on", "intel_iommu=off");
        var root = (ObjectNode) JSON.readTree(Files.readString(copy.resolve("topology.json")));
        root.putArray("iommu_instances");
        Files.writeString(copy.resolve("topology.json"), JSON.writeValueAsString(root));
        StepsFile.Steps steps = played();
        assertThat(steps.boot()).isEmpty();
        assertThat(steps.steps().getFirst().output()).containsExactly("groups=0");
        assertThat(steps.steps()).hasSize(499).allMatch(step -> step.events().isEmpty());
    }

    /** Without remapped interrupts type1 refuses a group, unless its parameter says otherwise; it can be set late. */
    @Test
    void aParameterOfAModuleIsSet() throws IOException {
        copy(INTEL);
        replace("capture.txt", "intel_iommu=on", "intel_iommu=on intremap=off");
        Files.writeString(copy.resolve("script.txt"), """
            dev NVME 1b36:0010 0
            sh modprobe vfio-pci
            sh modprobe vfio_iommu_type1
            unbind %NVME%
            override %NVME% vfio-pci
            probe %NVME%
            open c /dev/vfio/vfio
            open g /dev/vfio/%NVME.group%
            g.setc g c
            c.setiommu c 3
            w /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts Y
            c.setiommu c 3
            """);
        List<StepResult> steps = played().steps();
        assertThat(steps.get(8).errno()).contains("EPERM");
        assertThat(steps.get(9).errno()).isEmpty();
        assertThat(steps.get(10).errno()).isEmpty();
    }

    /** v6.1: vfio_group_ioctl_set_container; the container's file is there with the module, and so are the sysfs files of SR-IOV. */
    @Test
    void whatIsNoContainerAndWhatIsNotThereYet() throws IOException {
        copy(INTEL);
        Files.writeString(copy.resolve("script.txt"), """
            dev NVME 1b36:0010 0
            open c /dev/vfio/vfio
            sh modprobe vfio-pci
            open c /dev/vfio/vfio
            unbind %NVME%
            override %NVME% vfio-pci
            probe %NVME%
            open g /dev/vfio/%NVME.group%
            g.setc g g
            r /sys/bus/pci/devices/%NVME%/sriov_totalvfs
            r /sys/bus/pci/devices/%NVME%/sriov_numvfs
            r /sys/bus/pci/devices/%NVME%/sriov_drivers_autoprobe
            r /sys/kernel/iommu_groups/%NVME.group%/name
            """);
        List<StepResult> steps = played().steps();
        assertThat(steps)
                .extracting(step -> step.errno().orElse("") + String.join("", step.output()))
                .containsSubsequence("ENOENT", "", "", "EINVAL", "| 2", "| 0", "| 1", "ENOENT");
    }

    // ---- files that are missing or were cut off

    @ParameterizedTest
    @CsvSource({
        "calls.txt, calls are not compared: there is no calls.txt",
        "probes.txt, calls are not compared: there is no probes.txt",
        "dmesg.txt, fault lines are not compared: there is no dmesg.txt",
        "steps.json, there is no steps.json"
    })
    void aMissingRecordIsSaid(String file, String note) throws IOException {
        copy(INTEL);
        Files.delete(copy.resolve(file));
        assertThat(row().notes()).containsExactly(note);
    }

    @Test
    void whatWasCutOffIsNotComparedAndSaid() throws IOException {
        copy(INTEL);
        for (String file : List.of("calls.txt", "dmesg.txt")) {
            byte[] whole = Files.readAllBytes(copy.resolve(file));
            Files.write(copy.resolve(file), java.util.Arrays.copyOf(whole, whole.length / 2));
        }
        Row row = row();
        assertThat(row.sections()).allMatch(section -> section.difference().isEmpty());
        assertThat(row.calls().all()).isBetween(100, 1000);
        assertThat(row.notes())
                .satisfiesExactly(
                        calls ->
                                assertThat(calls).matches("calls.txt does not have the whole of \\d+ of 449 steps, .*"),
                        faults -> assertThat(faults).matches("dmesg.txt has nothing of \\d of 8 steps with DMA, .*"));
    }

    /** Results are found by the steps' numbers: one that is missing does not move the others. */
    @Test
    void aStepWithoutARecordIsSaid() throws IOException {
        copy(INTEL);
        var root = (ObjectNode) JSON.readTree(Files.readString(copy.resolve("steps.json")));
        root.withArray("steps").remove(20);
        Files.writeString(copy.resolve("steps.json"), JSON.writeValueAsString(root));
        Row row = row();
        assertThat(row.sections()).allMatch(section -> section.difference().isEmpty());
        assertThat(row.notes()).containsExactly("steps.json has no result of 1 of 499 steps, from step 21 on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"capture.txt", "topology.json", "lspci-xxxx.txt", "iomem.txt"})
    void aFileThatIsNeededIsNamed(String file) throws IOException {
        copy(INTEL);
        Files.delete(copy.resolve(file));
        assertThatThrownBy(this::row)
                .isInstanceOf(BadCapture.class)
                .hasMessageContaining(file + ": there is no such file; a machine is built from");
    }

    /** Line ends of another system, a mark of the byte order and bytes that are no characters change nothing. */
    @Test
    void howAFileWasSavedDoesNotMatter() throws IOException {
        copy(INTEL);
        try (var files = Files.list(copy)) {
            for (Path file : files.toList()) {
                String text = Files.readString(file).replace("\n", "\r\n");
                Files.writeString(file, "\ufeff" + text);
            }
        }
        Files.write(copy.resolve("calls.txt"), new byte[] {(byte) 0xe9, '\n'}, java.nio.file.StandardOpenOption.APPEND);
        Files.writeString(
                copy.resolve("script.txt"),
                "# \u00e9\n",
                StandardCharsets.ISO_8859_1,
                java.nio.file.StandardOpenOption.APPEND);
        Row row = row();
        assertThat(row.sections()).allMatch(section -> section.difference().isEmpty());
        assertThat(row.calls().all()).isGreaterThan(400);
        assertThat(row.notes()).isEmpty();
    }
}
