package org.iommulab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.iommulab.board.BoardReader;
import org.iommulab.board.Registry;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioLibrary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriverSurveyTest {
    private static final DriverSurvey SURVEY = new DriverSurvey(new ScenarioLibrary(Path.of("..", "scenarios"))
            .boards().stream().map(BoardReader::read).toList());

    // The series is about the rows that say none.
    @ParameterizedTest
    @CsvSource({
        "exynos, arm32, drivers/iommu/exynos-iommu.c, none",
        "exynos, arm64, drivers/iommu/exynos-iommu.c, DMA",
        "fsl_pamu, powerpc, drivers/iommu/fsl_pamu_domain.c, none"
    })
    void aDriverIsListedForEachArchitecture(String driver, String architecture, String file, String type) {
        assertThat(SURVEY.rows())
                .filteredOn(
                        row -> row.driver().equals(driver) && row.architecture().equals(Optional.of(architecture)))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.file()).isEqualTo(file);
                    assertThat(row.defaultDomains().keySet())
                            .containsExactlyElementsOf(
                                    Level.KNOWN.stream().map(Level::key).toList());
                    assertThat(row.defaultDomains().get("BASE")).isEqualTo(type);
                });
    }

    @Test
    void aDriverThatIsInNoReleaseIsLookedAtWhereItIs() {
        assertThat(SURVEY.rows())
                .filteredOn(row -> row.driver().equals("riscv"))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.file()).isEqualTo("drivers/iommu/riscv/iommu.c");
                    assertThat(row.defaultDomainsInWords()).isEqualTo("none (BASE..6.12), identity (6.12+riscv-iommu)");
                });
    }

    @Test
    void everyDriverHasABoardAndEveryFormatIsThere() {
        assertThat(SURVEY.rows())
                .allMatch(row -> row.architecture().isPresent() && !row.file().isEmpty());
        assertThat(SURVEY.rows().stream().map(DriverSurvey.Row::driver).distinct())
                .containsExactlyElementsOf(
                        Catalogue.drivers().stream().map(Catalogue.Driver::name).toList());
        // VT-d's tables have no golden cases
        assertThat(Registry.backends().stream()
                        .flatMap(backend -> backend.formatNames().stream())
                        .filter(name -> !name.startsWith("vtd-")))
                .allMatch(name -> Registry.goldenFormat(name).isPresent());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        none none none     | none
        none none DMA      | none (a..b), DMA (c)
        none DMA DMA       | none (a), DMA (b..c)
        none DMA none      | none (a), DMA (b), none (c)
        """)
    void runsOfLevelsAreOneWord(String types, String words) {
        var defaults = new LinkedHashMap<String, String>();
        for (int i = 0; i < 3; i++) {
            defaults.put(String.valueOf((char) ('a' + i)), types.split(" ")[i]);
        }
        var row = new DriverSurvey.Row("driver", "file", "unit", List.of(), Optional.empty(), defaults);
        assertThat(row.defaultDomainsInWords()).isEqualTo(words);
    }
}
