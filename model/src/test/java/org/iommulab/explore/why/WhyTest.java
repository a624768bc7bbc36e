package org.iommulab.explore.why;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WhyTest {
    private static Run run(String story, String kernel) {
        return Player.play(
                ScenarioReader.open(Path.of("../scenarios/exynos/" + story + ".json")), KernelSpec.parse(kernel));
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                Arguments.of(
                        "deferred-probe",
                        "6.2+p1..p5",
                        List.of(
                                "set_platform_dma_ops is NULL for 12c10000.mixer",
                                "WARN in iommu_group_do_set_platform_dma",
                                "the core forgets mapping 1, 12c10000.mixer owner keeps it",
                                "WARN in exynos_iommu_domain_free",
                                "WARN in clk_core_enable",
                                "hang: sysmmu.lock [12e20000.sysmmu data]")),
                Arguments.of(
                        "left-behind",
                        "6.2+p1",
                        List.of(
                                "detach_dev is NULL for group 0",
                                "WARN in __iommu_group_set_domain",
                                "the DMA API forgets mapping 1, group 0 keeps it",
                                "12c10000.mixer was given back to dma-direct; 12e20000.sysmmu still translates with"
                                        + " mapping 1",
                                "12e20000.sysmmu fault: PAGE at 0x4002c000",
                                "oops: exynos_sysmmu_irq [12e20000.sysmmu]")));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theWayBeginsWithTheCallbackThatIsNotThere(String story, String kernel, List<String> words) {
        Run run = run(story, kernel);
        Chain chain = Why.of(run, run.recording().length()).orElseThrow();
        assertThat(chain.links()).extracting(Chain.Link::words).isEqualTo(words);
        assertThat(chain.links()).extracting(Chain.Link::step).isSorted().doesNotHaveDuplicates();
        assertThat(chain.links().getLast().step()).isEqualTo(chain.harm().step());
    }

    /** A display that stays dark: the error of the act is followed down to where it was first returned. */
    @Test
    void anErrorIsFollowedToWhereItBegan() {
        Run run = run("drm-bind", "6.2+p1");
        int bind = run.chapters().stream()
                .filter(chapter -> chapter.result().equals("-EBUSY"))
                .findFirst()
                .orElseThrow()
                .lastStep();
        assertThat(Why.of(run, bind).orElseThrow().links())
                .extracting(Chain.Link::words)
                .startsWith("detach_dev is NULL for group 0")
                .contains(
                        "the DMA API forgets mapping 1, group 0 keeps it",
                        "__iommu_attach_group of group 0 returns -EBUSY")
                .endsWith("'The DRM master binds its components' gets -EBUSY");
    }

    /** Every red step is asked about. */
    @ParameterizedTest
    @CsvSource({"deferred-probe, 6.2+p1", "drm-bind, 6.2+p1..p2", "left-behind, 6.2+p1..p5"})
    void everyHarmHasAWayThatEndsThere(String story, String kernel) {
        Run run = run(story, kernel);
        List<Harm> harms = Harms.of(run);
        assertThat(harms).isNotEmpty();
        for (Harm harm : harms) {
            Chain chain = Why.of(run, harm.step()).orElseThrow();
            assertThat(chain.links()).hasSizeBetween(2, 6);
            assertThat(chain.links().getLast().step()).isEqualTo(harm.step());
        }
    }

    @Test
    void whereNothingIsWrongThereIsNoWay() {
        assertThat(Why.of(run("drm-bind", "6.3"), 10)).isEmpty();
    }

    @Test
    void betweenHarmsTheOneBeforeIsMeantAndBeforeAllTheFirst() {
        Run run = run("deferred-probe", "6.2+p1..p5");
        List<Integer> steps = Harms.of(run).stream().map(Harm::step).distinct().toList();
        assertThat(Why.of(run, 1).orElseThrow().harm().step()).isEqualTo(steps.getFirst());
        assertThat(Why.of(run, steps.get(1) - 1).orElseThrow().harm().step()).isEqualTo(steps.getFirst());
        assertThat(Set.copyOf(steps)).hasSizeGreaterThan(2);
    }
}
