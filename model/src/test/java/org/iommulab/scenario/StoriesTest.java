package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Level;
import org.iommulab.testkit.TravelCheck;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every story on every level of the series and on the releases after it: its expectations hold, it can be travelled, and it is the same twice. */
@Execution(ExecutionMode.CONCURRENT)
class StoriesTest {
    private static final Path STORIES = Path.of("..", "scenarios");

    /** Where the core's algorithms differ; the same byte for byte on these is enough, as nothing random is about a level. */
    private static final List<String> PLAYED_TWICE = List.of("BASE", "P5", "6.12");

    /** Without SMP the core's algorithms differ between these, and nothing else does. */
    private static final Set<String> WITHOUT_SMP = Set.of("BASE", "P5", "6.4", "6.12");

    /** Stories of PCI machines: between these levels their kernels do not differ, and SMP is not in them. */
    private static final Set<String> EXPERIMENT = Set.of("pci", "dma");

    private static final Set<String> LEVELS_OF_THE_EXPERIMENT = Set.of("BASE", "P5", "6.3", "6.4", "6.7", "6.12");

    private static final String EXPECTS_NOTHING = "(the scenario expects nothing of this kernel)";

    static List<Path> stories() {
        return new ScenarioLibrary(STORIES).scenarios();
    }

    static List<Arguments> storiesAndLevels() {
        var cases = new ArrayList<Arguments>();
        for (Path story : stories()) {
            for (String level : kernels()) {
                boolean experiment = isOfTheExperiment(story);
                if (experiment && !LEVELS_OF_THE_EXPERIMENT.contains(level)) {
                    continue;
                }
                cases.add(Arguments.of(STORIES.relativize(story).toString(), level, "y"));
                if (WITHOUT_SMP.contains(level) && !experiment) {
                    cases.add(Arguments.of(STORIES.relativize(story).toString(), level, "n"));
                }
            }
        }
        return cases;
    }

    private static boolean isOfTheExperiment(Path story) {
        return EXPERIMENT.contains(String.valueOf(story.getParent().getFileName()));
    }

    /** Every level of the series, and the releases after it. */
    private static List<String> kernels() {
        return Level.KNOWN.stream().map(Level::key).toList();
    }

    private static PlayedRun play(String story, String level, String smp) {
        return Player.play(ScenarioReader.open(STORIES.resolve(story)), build(level, smp));
    }

    private static KernelBuild build(String level, String smp) {
        KernelBuild build = KernelKey.build(level);
        return smp.equals("y") ? build : build.withConfig(Map.of("SMP", false));
    }

    @ParameterizedTest
    @MethodSource("storiesAndLevels")
    void expectationsHold(String story, String level, String smp) {
        ScenarioFile file = ScenarioReader.open(STORIES.resolve(story));
        file.lanes().forEach(lane -> expectationsHold(Player.play(lane, build(level, smp)), smp));
    }

    private static void expectationsHold(PlayedRun run, String smp) {
        if (smp.equals("y")) {
            assertThat(run.judgements())
                    .as("a story says what to expect of each level")
                    .isNotEmpty();
            assertThat(run.judgements()).allMatch(Judgement::met);
        } else {
            // without SMP only the stories that say so are judged by more than their end: none may be our own bug
            assertThat(run.recording().length()).isPositive();
        }
    }

    static Collection<Path> storiesFor61() {
        var first = new TreeMap<Path, Path>();
        stories().forEach(story -> first.merge(story.getParent(), story, (x, y) -> x.compareTo(y) < 0 ? x : y));
        var all = new TreeSet<>(first.values());
        stories().stream().filter(StoriesTest::isOfTheExperiment).forEach(all::add);
        return all;
    }

    /**
     * v6.1 comes before the levels, and stories need not be about it: one of each room is played there, and all of the
     * experiment, which was made with it. What they say of all kernels holds. How a run ends counts only where the story
     * says so.
     */
    @ParameterizedTest
    @MethodSource("storiesFor61")
    void theFirstStoryOfEachRoomAndTheExperimentHoldAt61(Path story) {
        PlayedRun run = Player.play(ScenarioReader.open(story), KernelSpec.parse("6.1"));
        assertThat(run.judgements().stream()
                        .filter(judgement -> !judgement.expected().endsWith(EXPECTS_NOTHING)))
                .allMatch(Judgement::met);
    }

    // The levels at which something different happens; between them only numbers of warnings differ.
    static List<Arguments> storiesToTravel() {
        return storiesAndLevels().stream()
                .filter(c ->
                        Set.of("BASE", "P1", "P5", "exynos-fix", "6.7", "6.12").contains(c.get()[1]))
                .filter(c -> c.get()[2].equals("y") || c.get()[1].equals("P5"))
                .filter(c -> !isOfTheExperiment(Path.of(c.get()[0].toString())) || c.get()[1].equals("6.12"))
                // a GART's boot writes 16,384 entries, the same on every level that has the driver
                .filter(c -> !c.get()[0].toString().startsWith("tegragart") || c.get()[1].equals("BASE"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("storiesToTravel")
    void everyStepCanBeTravelledBothWays(String story, String level, String smp) {
        // EveryStoryTravelsTest looks at the moment of every step
        TravelCheck.everyStep(play(story, level, smp), 300);
    }

    @ParameterizedTest
    @MethodSource("stories")
    void twoRunsGiveTheSameBytes(Path story) throws IOException {
        for (String level : isOfTheExperiment(story) ? List.of("6.12") : PLAYED_TWICE) {
            assertThat(Arrays.equals(bytes(story, level), bytes(story, level)))
                    .as(level)
                    .isTrue();
        }
    }

    private static byte[] bytes(Path story, String level) throws IOException {
        var out = new ByteArrayOutputStream();
        Player.play(ScenarioReader.open(story), KernelKey.build(level))
                .recording()
                .writeTo(out);
        return out.toByteArray();
    }

    @Test
    void theOdroidReportersStoryIsToldInItsOrder() {
        PlayedRun run = play("exynos/deferred-probe.json", "P5", "y");
        List<String> log = KernelLogText.lines(run.recording(), run.logForm()).stream()
                .map(KernelLogText.Line::text)
                .toList();
        assertThat(log.stream()
                        .filter(l -> l.startsWith("WARNING:") || l.contains("unprepared") || l.startsWith("rcu:")))
                .containsExactly(
                        "WARNING: at drivers/iommu/iommu.c iommu_group_do_set_platform_dma",
                        "WARNING: at drivers/iommu/exynos-iommu.c exynos_iommu_domain_free",
                        "WARNING: at drivers/clk/clk.c clk_core_enable",
                        "Enabling unprepared mixer",
                        "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:");
        assertThat(run.outcome()).isInstanceOf(Outcome.Hang.class);
    }

    @Test
    void withoutSmpTheFreedDomainIsUsedByTheRetry() {
        PlayedRun p5 = play("exynos/deferred-probe.json", "P5", "n");
        assertThat(p5.outcome()).isInstanceOf(Outcome.Broken.class);
        assertThat(p5.brokenRules()).contains("nothing-freed-is-used");
        PlayedRun p1 = play("exynos/deferred-probe.json", "P1", "n");
        assertThat(KernelLogText.lines(p1.recording(), p1.logForm()))
                .anyMatch(l -> l.text().equals("Failed to attached device 12c10000.mixer to IOMMU_mapping"));
    }

    @Test
    void aCallbackTakenAwayIsAsIfTheDriverNeverHadIt() {
        var file = ScenarioReader.open(STORIES.resolve("exynos/drm-bind.json"));
        KernelBuild fixed = KernelSpec.parse("6.3");
        var removed = fixed.without(
                List.of(new org.iommulab.kernel.Removal("exynos", org.iommulab.kernel.Callback.SET_PLATFORM_DMA_OPS)));
        assertThat(Player.play(file, fixed).outcome()).isInstanceOf(Outcome.Ok.class);
        assertThat(Player.play(file, removed).outcome().text()).contains("iommu_group_do_set_platform_dma");
    }

    @Test
    void onArm64TheSeriesChangesNothing() {
        List<String> base = events("exynos/arm64-display.json", "BASE");
        for (Level level : Level.SERIES.subList(0, 8)) {
            assertThat(events("exynos/arm64-display.json", level.key()))
                    .as(level.key())
                    .isEqualTo(base);
        }
    }

    private static List<String> events(String story, String level) {
        PlayedRun run = play(story, level, "y");
        return IntStream.rangeClosed(1, run.recording().length())
                .mapToObj(step -> run.recording().event(step).toString())
                .toList();
    }
}
