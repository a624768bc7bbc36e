package org.iommulab.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.conform.Conformance.Report;
import org.iommulab.conform.Conformance.Row;
import org.iommulab.conform.Conformance.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Experiments on two real kernels, done again. */
class ConformanceTest {
    private static final Path CAPTURES = Path.of("src/test/resources/captures");
    private static final String INTEL = "x86-intel-6.1-default";

    /** What a machine may be built from. */
    private static final Set<String> PERMITTED =
            Set.of("capture.txt", "topology.json", "lspci-xxxx.txt", "iomem.txt", "script.txt");

    private static Row only(Report report) {
        assertThat(report.rows()).hasSize(1);
        return report.rows().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {INTEL, "arm64-smmuv3-6.12-default"})
    void theLabDoesWhatTheRealKernelDid(String capture) throws IOException {
        Report report = Conformance.run(List.of(CAPTURES.resolve(capture)), Optional.empty());
        var row = new Row(
                capture,
                true,
                report.rows().stream().flatMap(r -> r.sections().stream()).toList(),
                List.of());
        assertThat(row.sections().stream().flatMap(s -> s.difference().stream()))
                .isEmpty();
        assertThat(row.steps()).isEqualTo(new Share(449, 449));
        assertThat(row.events().all()).isGreaterThan(100).isEqualTo(row.events().same());
        assertThat(row.calls().all()).isGreaterThan(400).isEqualTo(row.calls().same());
        assertThat(row.faults().all()).isGreaterThan(2).isEqualTo(row.faults().same());
        assertThat(report.failed()).isZero();
        assertThat(report.rows()).hasSize(capture.startsWith("arm64-smmuv3-") ? 2 : 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {INTEL, "arm64-smmuv3-6.12-default"})
    void withoutTheRecordedResultsTheStepsAreTheSame(String capture, @TempDir Path folder) throws IOException {
        Path bare = Files.createDirectories(folder.resolve("bare").resolve(capture));
        for (String file : PERMITTED) {
            Files.copy(CAPTURES.resolve(capture).resolve(file), bare.resolve(file));
        }
        takeResultsOut(bare.resolve("topology.json"));
        Report whole = Conformance.run(List.of(CAPTURES.resolve(capture)), Optional.of(folder.resolve("one")));
        Report reduced = Conformance.run(List.of(bare), Optional.of(folder.resolve("other")));
        assertThat(whole.rows()).allMatch(Row::compared);
        assertThat(only(reduced).compared()).isFalse();
        Path steps = Path.of(capture, "steps.json");
        assertThat(folder.resolve("other").resolve(steps))
                .hasSameTextualContentAs(folder.resolve("one").resolve(steps));
    }

    private static void takeResultsOut(Path topology) throws IOException {
        var json = JsonMapper.builder().build();
        var root = (ObjectNode) json.readTree(Files.readString(topology));
        root.remove("groups");
        root.path("devices").forEach(device -> ((ObjectNode) device).remove("iommu_group"));
        Files.writeString(topology, json.writeValueAsString(root));
    }

    /** Whatever is changed in what was recorded is found. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "steps.json|\"EBUSY\"|\"EPERM\"",
                "steps.json|group 12 type=DMA|group 12 type=DMA-FQ",
                "steps.json|\"event\": \"remove_device_from_group\", \"group\": 13|"
                        + "\"event\": \"remove_device_from_group\", \"group\": 3",
                "calls.txt|unuse_default: (|use_default: (",
                "calls.txt|claim_group_ret: (vfio|claim_group: (vfio",
                "calls.txt|(__iommu_group_set_domain+0x0/0x150) group=\"6\" domain=0xffff888006d351d0|"
                        + "(__iommu_group_set_domain+0x0/0x150) group=\"6\" domain=0xffff888008665a10",
                "dmesg.txt|fault addr 0x310000|fault addr 0x311000"
            })
    void aChangedRecordIsFound(String change, @TempDir Path folder) throws IOException {
        String[] parts = change.split("\\|", -1);
        Path copy = Files.createDirectories(folder.resolve(INTEL));
        try (var files = Files.list(CAPTURES.resolve(INTEL))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path changed = copy.resolve(parts[0]);
        String before = Files.readString(changed);
        int at = before.indexOf(parts[1]);
        assertThat(at).as("'%s' is in %s", parts[1], parts[0]).isPositive();
        Files.writeString(changed, before.substring(0, at) + parts[2] + before.substring(at + parts[1].length()));
        assertThat(Conformance.run(List.of(copy), Optional.empty()).failed()).isPositive();
    }

    @Test
    void aFolderWithoutACaptureIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> Conformance.run(List.of(folder), Optional.empty()))
                .isInstanceOf(BadCapture.class)
                .hasMessageContaining("holds no capture");
    }

    @Test
    void aBadLineOfTheScriptIsNamed(@TempDir Path folder) throws IOException {
        for (String file : PERMITTED) {
            Files.copy(CAPTURES.resolve(INTEL).resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("script.txt"), "groups\ndev NIC 8086 0\n");
        assertThatThrownBy(() -> Conformance.run(List.of(folder), Optional.empty()))
                .isInstanceOf(BadCapture.class)
                .hasMessageContaining("script.txt:2: expected 'dev NAME vvvv:dddd N'");
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("script.txt"), "groups\n");
        assertThatThrownBy(() -> Conformance.run(List.of(folder), Optional.empty()))
                .hasMessageContaining("topology.json");
    }
}
