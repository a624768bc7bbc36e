package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 32-bit ARM's arm_iommu_unmap_page does nothing for address 0; arm_iommu_free_attrs does not ask. */
class ArmFirstPageTest {
    private static final String STORY = """
        {
          "$schema": "../schema/scenario.schema.json",
          "id": "x", "title": "t", "summary": "s", "board": "mmu500-arm32", "kernel": "6.2",
          "story": [
            { "do": "boot" },
            { "do": "FIRST", "device": "8000000.ethernet", "pages": 1, "name": "a" },
            { "do": "map-buffer", "device": "8000000.ethernet", "pages": 1, "direction": "from-device", "name": "b" },
            { "do": "unmap-buffer", "name": "a" },
            { "do": "unmap-buffer", "name": "b" },
            { "do": "dma", "device": "8000000.ethernet", "buffer": "a", "access": "write" },
            { "do": "dma", "device": "8000000.ethernet", "buffer": "b", "access": "write" }
          ],
          "expect": { "*": { "outcome": "ok" } }
        }
        """;

    private static List<String> results(String first, String kernel) {
        var file = ScenarioReader.parse(
                Path.of("..", "scenarios", "arm-smmu", "x.json"),
                STORY.replace("\"FIRST\"", first).getBytes(StandardCharsets.UTF_8));
        return Player.play(file, KernelSpec.parse(kernel)).chapters().stream()
                .map(Chapter::result)
                .skip(5)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.12"})
    void aMappedPageAtZeroStaysAndOthersGo(String kernel) {
        assertThat(results("\"map-buffer\", \"direction\": \"from-device\"", kernel))
                .containsExactly("0", "-EIO");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.12"})
    void whatWasAllocatedAtZeroGoes(String kernel) {
        assertThat(results("\"allocate-buffer\"", kernel)).containsExactly("-EIO", "-EIO");
    }
}
