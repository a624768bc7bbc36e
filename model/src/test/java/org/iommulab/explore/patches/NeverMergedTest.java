package org.iommulab.explore.patches;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.board.Architecture;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.explore.compare.Side;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was thought of on the way and never merged in that form. */
class NeverMergedTest {
    private static final Path STORIES = Path.of("../scenarios");

    private static PlayedRun play(String story, KernelBuild kernel) {
        return Player.play(ScenarioReader.open(STORIES.resolve(story + ".json")), kernel);
    }

    private static KernelBuild withDmaIommu(String spec) {
        return KernelSpec.parse(spec).withConfig(Map.of(KernelBuild.ARM_DMA_IOMMU, true));
    }

    /** On a driver with neither callback version 4 fails as 6.2 with patch 1 does, not as version 5. */
    @ParameterizedTest
    @CsvSource({"6.2+p1, -EBUSY", "6.2+v4, -EBUSY", "6.2+p1..p5, 0"})
    void versionFourStillFailsWhereNothingIsThereToCall(String kernel, String result) {
        assertThat(play("exynos/drm-bind", KernelSpec.parse(kernel))
                        .chapters()
                        .get(1)
                        .result())
                .isEqualTo(result);
    }

    @Test
    void versionFourCallsTheNewCallbackWhereADriverHasIt() {
        PlayedRun run = play("tegrasmmu/hand-back", KernelSpec.parse("6.2+v4"));
        assertThat(run.recording()
                        .next(
                                0,
                                event -> event instanceof Event.Callback call
                                        && Callback.of(call.callback()) == Callback.SET_PLATFORM_DMA_OPS))
                .isPositive();
        assertThat(run.recording().next(0, Event.Warn.class::isInstance)).isZero();
        assertThat(run.kernel().remarks()).anyMatch(remark -> remark.contains("never merged"));
    }

    /** The old domain is left, the story goes on; but what the core believes blocked is a SysMMU that is off. */
    @Test
    void versionTwoBlocksInTheCoreAndPassesInTheHardware() {
        assertThat(play("exynos/drm-bind", KernelSpec.parse("6.2+v2")).outcome())
                .isInstanceOf(Outcome.Ok.class);
        PlayedRun run = play("exynos/left-behind", KernelSpec.parse("6.2+v2"));
        Moment end = run.momentAt(run.recording().length());
        Moment.GroupView group = end.groups().getFirst();
        Moment.DomainView domain = end.domains().stream()
                .filter(one -> one.id() == group.domain().orElseThrow())
                .findFirst()
                .orElseThrow();
        assertThat(domain.kind()).isEqualTo(Moment.DomainKind.BLOCKED);
        assertThat(end.units().stream()
                        .filter(unit -> group.devices().getFirst().units().contains(unit.id())))
                .noneMatch(unit -> unit.translating() || unit.blocked());
    }

    /** Why version 3 dropped it: only s390 has a platform to hand a device back to, and blocking does not. */
    @ParameterizedTest
    @CsvSource({"6.2, false", "6.2+p1..p5, false", "6.2+v2, true"})
    void toBlockIsNotToHandBack(String kernel, boolean broken) {
        assertThat(play("s390/hand-back", KernelSpec.parse(kernel))
                        .brokenRules()
                        .contains("hardware-follows-group"))
                .isEqualTo(broken);
    }

    /** With default domains the series changes nothing on 32-bit ARM, as on arm64. */
    @Test
    void onDmaIommuTheSeriesIsHarmlessOnExynos() {
        PlayedRun base = play("exynos/drm-bind", withDmaIommu("6.2"));
        PlayedRun series = play("exynos/drm-bind", withDmaIommu("6.2+p1..p5"));
        assertThat(base.outcome()).isInstanceOf(Outcome.Ok.class);
        assertThat(Comparison.of(List.of(Side.of("6.2", base), Side.of("P5", series)))
                        .same())
                .isTrue();
        assertThat(base.kernel().remarks()).anyMatch(remark -> remark.contains("never merged"));
    }

    static Collection<Path> firstStoriesOfArm32() {
        var first = new TreeMap<Path, Path>();
        for (Path story : new ScenarioLibrary(STORIES).scenarios()) {
            if (ScenarioReader.open(story).board().architecture() == Architecture.ARM32) {
                first.merge(story.getParent(), story, (x, y) -> x.compareTo(y) < 0 ? x : y);
            }
        }
        return first.values();
    }

    @ParameterizedTest
    @MethodSource("firstStoriesOfArm32")
    void everyDriverOfArm32BootsOnDmaIommu(Path story) {
        ScenarioFile file = ScenarioReader.open(story);
        for (String kernel : List.of("6.2", "6.12")) {
            assertThat(Player.play(file, withDmaIommu(kernel))
                            .chapters()
                            .getFirst()
                            .result())
                    .isEqualTo("0");
        }
    }
}
