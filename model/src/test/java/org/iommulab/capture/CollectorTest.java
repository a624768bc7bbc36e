package org.iommulab.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trees made from what real machines' sysfs listed are read to what was written down of those machines. */
class CollectorTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** The lab's own, beside what a topology has. */
    private static final Set<String> ADDED = Set.of("config");

    @TempDir
    private Path root;

    private static List<String> lines(String name) throws IOException {
        try (var in = CollectorTest.class.getResourceAsStream("/capture/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private JsonNode collected(String machine, int configBytes) throws IOException {
        var tree = new SysfsTree(root);
        tree.listing(lines(machine + "-sysfs.txt"));
        tree.config(String.join("\n", lines(machine + "-lspci.txt")), configBytes);
        return JSON.valueToTree(Collector.from(root, Optional.empty()).topology());
    }

    @ParameterizedTest
    @ValueSource(strings = {"intel", "amd", "smmuv3", "smmuv3acpi"})
    void aTreeIsReadToItsTopology(String machine) throws IOException {
        JsonNode expected = JSON.readTree(String.join("\n", lines(machine + "-topology.json")));

        JsonNode found = collected(machine, 4096);

        assertThat(found.get("iommu_instances")).isEqualTo(expected.get("iommu_instances"));
        assertThat(found.get("groups")).isEqualTo(expected.get("groups"));
        assertThat(found.get("pci_drivers")).isEqualTo(expected.get("pci_drivers"));
        assertThat(found.get("devices").size())
                .isEqualTo(expected.get("devices").size());
        for (JsonNode device : expected.get("devices")) {
            JsonNode other = device(found, device.get("name").asString());
            device.propertyNames()
                    .forEach(key -> assertThat(other.get(key))
                            .as("%s of %s", key, device.get("name"))
                            .isEqualTo(device.get(key)));
            assertThat(other.propertyNames()).allMatch(key -> device.has(key) || ADDED.contains(key));
        }
    }

    private static JsonNode device(JsonNode topology, String name) {
        for (JsonNode device : topology.get("devices")) {
            if (device.get("name").asString().equals(name)) {
                return device;
            }
        }
        throw new AssertionError("no device " + name);
    }

    @Test
    void withoutRightsThereIsNoCapabilityAndItIsSaid() throws IOException {
        JsonNode found = collected("intel", 64);

        assertThat(device(found, "0000:00:02.0").get("config").asString()).hasSize(128);
        assertThat(device(found, "0000:00:02.0").get("pci").has("acs_cap")).isFalse();
        assertThat(Collector.from(root, Optional.empty()).notes())
                .anyMatch(note -> note.contains("first 64 bytes of 18 devices") && note.contains("root"))
                .anyMatch(note -> note.startsWith("/proc/cmdline"))
                .anyMatch(note -> note.startsWith("kernel log"));
    }

    @Test
    void theResultCanBeOpened() throws IOException {
        collected("intel", 4096);
        var tree = new SysfsTree(root);
        tree.file("/proc/version", "Linux version 6.1.0-56-amd64 (x)\n".getBytes(StandardCharsets.UTF_8));
        tree.file("/proc/cmdline", "intel_iommu=on\n".getBytes(StandardCharsets.UTF_8));
        Path file = root.resolve("machine.json");
        Files.writeString(
                file,
                JSON.writeValueAsString(Collector.from(root, Optional.of("[ 0.1] DMAR: IOMMU enabled"))
                        .topology()));

        CapturedTopology topology = TopologyReader.read(file);

        assertThat(topology.devices()).hasSize(18);
        assertThat(topology.units())
                .singleElement()
                .extracting(CapturedTopology.Unit::name)
                .isEqualTo("dmar0");
        assertThat(topology.meta().commandLine()).isEqualTo("intel_iommu=on");
        assertThat(topology.meta().arch()).isEqualTo("x86");
        assertThat(CapturedMoment.of(topology).groups()).hasSize(13);
    }

    @Test
    void aMachineWithoutAnythingIsNoError() {
        Collector.Collected collected = Collector.from(root, Optional.empty());

        assertThat(collected.notes()).isNotEmpty();
        assertThat(collected.topology()).containsKeys("meta", "iommu_instances", "groups", "devices");
    }

    @Test
    void aPlatformDeviceOfAGroupIsFound() throws IOException {
        var tree = new SysfsTree(root);
        tree.listing(List.of(
                "/sys/kernel/iommu_groups/0/type\tDMA",
                "/sys/bus/platform/devices/12c10000.mixer/modalias\tof:Nmixer",
                "/sys/bus/platform/devices/12c10000.mixer/iommu_group\t-> ../../../kernel/iommu_groups/0",
                "/sys/bus/platform/devices/12c10000.mixer/driver\t-> ../../../bus/platform/drivers/exynos-mixer",
                "/sys/bus/platform/devices/other/modalias\tx",
                "/sys/kernel/iommu_groups/0/devices/12c10000.mixer\t-> ../../../../devices/platform/12c10000.mixer"));

        JsonNode found = JSON.valueToTree(Collector.from(root, Optional.empty()).topology());

        assertThat(found.get("devices")).singleElement().satisfies(device -> {
            assertThat(device.get("driver").asString()).isEqualTo("exynos-mixer");
            assertThat(device.get("iommu_group").asInt()).isZero();
        });
    }

    /** iommu_group_add_device calls the second link of a name {@code name.0}. */
    @Test
    void aNameThatTwoBusesHaveIsThereOnce() throws IOException {
        var tree = new SysfsTree(root);
        tree.listing(List.of(
                "/sys/kernel/iommu_groups/0/type\tDMA",
                "/sys/bus/platform/devices/eth/iommu_group\t-> ../../../kernel/iommu_groups/0",
                "/sys/bus/amba/devices/eth/iommu_group\t-> ../../../kernel/iommu_groups/0",
                "/sys/kernel/iommu_groups/0/devices/eth\t-> ../../../../devices/platform/eth",
                "/sys/kernel/iommu_groups/0/devices/eth.0\t-> ../../../../devices/amba/eth"));

        JsonNode found = JSON.valueToTree(Collector.from(root, Optional.empty()).topology());

        assertThat(found.get("devices").findValuesAsString("name")).containsExactly("eth", "eth.0");
    }

    @ParameterizedTest
    @CsvSource({
        "dmar0, intel",
        "ivhd1, amd",
        "smmu3.0x0000000009050000, smmuv3",
        "smmu.0x0000000005000000, smmu",
        "mtk-iommu.0x0000000010205000, mtk",
        "msm-smmu.0x07500000, msm",
        "apple-dart.683008000.dart, apple-dart",
        "s390-iommu.00000011, s390",
        "iommu0, pamu",
        "ff650800.iommu, ff650800.iommu"
    })
    void theUnitsNamesTellTheirKind(String unit, String kind) throws IOException {
        Files.createDirectories(root.resolve("sys/class/iommu/" + unit + "/devices"));

        JsonNode found = JSON.valueToTree(Collector.from(root, Optional.empty()).topology());

        assertThat(found.get("meta").get("iommu").asString()).isEqualTo(kind);
    }
}
