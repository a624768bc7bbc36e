package org.iommulab.explore.patches;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.board.BoardReader;
import org.iommulab.kernel.Patch;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PatchSheetTest {
    private static final Map<Patch, PatchSheet> SHEETS = PatchSheet.all(new ScenarioLibrary(Path.of("../scenarios"))
                    .boards().stream().map(BoardReader::read).toList())
            .stream()
            .collect(Collectors.toMap(PatchSheet::patch, sheet -> sheet));

    /** The drivers of the series' own patches, as its diffstat has them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        P1          | detach_dev           | removed | amd apple-dart exynos ipmmu-vmsa mtk qcom rockchip sprd sun50i-iommu
        P3          | detach_dev           | removed | fsl_pamu msm mtk-v1 omap s390 tegra-gart tegra-smmu
        P3          | set_platform_dma_ops | added   | fsl_pamu msm mtk-v1 omap s390 tegra-gart tegra-smmu
        EXYNOS_FIX  | set_platform_dma_ops | added   | exynos
        RK_FIX      | set_platform_dma_ops | added   | rockchip
        """)
    void aPatchChangesTheTablesOfItsDrivers(Patch patch, String callback, String how, String drivers) {
        var found = new TreeSet<String>();
        for (PatchSheet.Entry entry : sheet(patch).entries()) {
            boolean fits = how.equals("added")
                    ? entry.before().isEmpty()
                    : entry.after().isEmpty();
            if (entry.callback().equals(callback) && fits) {
                found.add(entry.driver());
            }
        }
        assertThat(String.join(" ", found)).isEqualTo(drivers);
    }

    private static PatchSheet sheet(Patch patch) {
        return SHEETS.get(patch);
    }

    @Test
    void theSecondFixPutsAnotherFunctionInTheSamePlace() {
        assertThat(sheet(Patch.EXYNOS_FIX2).entries()).singleElement().satisfies(entry -> {
            assertThat(entry.before()).contains("exynos_iommu_release_device");
            assertThat(entry.after()).contains("exynos_iommu_set_platform_dma");
            assertThat(entry.architectures()).containsExactly("arm32");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RISCV_IOMMU")
    void theReasonIsTwoSentences(Patch patch) {
        assertThat(sheet(patch).reason().split("\\.( |$)")).hasSize(2);
    }

    @Test
    void aStoryNoticesAPatchAtAStepOrNotAtAll() {
        ScenarioFile file = ScenarioReader.open(Path.of("../scenarios/exynos/drm-bind.json"));
        List<Patch> noticed = java.util.Arrays.stream(Patch.values())
                .filter(patch -> Noticed.by(patch, kernel -> Player.play(file, file.on(kernel)))
                        .isPresent())
                .toList();
        assertThat(noticed).contains(Patch.P1, Patch.P2, Patch.EXYNOS_FIX).doesNotContain(Patch.P3, Patch.PAMU_FIX);
    }
}
