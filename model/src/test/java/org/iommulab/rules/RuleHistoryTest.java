package org.iommulab.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.iommulab.explore.breaks.Sweep;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Cursor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that is judged only when something of what it looks at has changed says what it says when always judged. */
class RuleHistoryTest {
    private static final List<String> KERNELS = List.of("6.2", "6.2+p1..p5", "6.7", "6.12");
    private static final List<Callback> LEFT_OUT = List.of(
            Callback.IOTLB_SYNC, Callback.FLUSH_IOTLB_ALL, Callback.SET_PLATFORM_DMA_OPS, Callback.RELEASE_DEVICE);

    static Stream<Path> stories() {
        return new ScenarioLibrary(Path.of("..", "scenarios")).scenarios().stream();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void whatIsSparedWouldHaveSaidTheSame(Path story) {
        ScenarioFile file = ScenarioReader.open(story);
        for (String kernel : KERNELS) {
            assertSame(file, KernelSpec.parse(kernel));
        }
    }

    /** More breaks, and others, where something is left out. */
    @ParameterizedTest
    @MethodSource("stories")
    void inRunsWithoutACallbackToo(Path story) {
        ScenarioFile file = ScenarioReader.open(story);
        for (String driver : Sweep.driversOf(file.board())) {
            for (Callback callback : LEFT_OUT) {
                assertSame(file, KernelSpec.parse("6.3").without(List.of(new Removal(driver, callback))));
            }
        }
    }

    private static void assertSame(ScenarioFile file, KernelBuild kernel) {
        PlayedRun run = Player.play(file, kernel);
        String spared = RuleHistory.of(run.world(), new Cursor(run.recording())).text();
        String all = RuleHistory.judgedEachTime(run.world(), new Cursor(run.recording()))
                .text();
        assertThat(spared).as("%s on %s", file.scenario().id(), kernel.spec()).isEqualTo(all);
    }
}
