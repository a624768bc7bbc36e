package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.sim.Limits;
import org.iommulab.testkit.TravelCheck;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario of the project can be travelled through, and is the same whenever it is played. */
@Execution(ExecutionMode.CONCURRENT)
class EveryStoryTravelsTest {
    static List<Path> scenarios() {
        return new ScenarioLibrary(Path.of("..", "scenarios")).scenarios();
    }

    private static PlayedRun play(Path file, Limits limits) {
        ScenarioFile story = ScenarioReader.open(file);
        return Player.play(story, KernelSpec.parse(story.scenario().kernel()), limits);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void stateAndMomentAreTheSameBothWays(Path file) {
        TravelCheck.everyStep(play(file, Limits.USUAL));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void noStateIsOutsideTheJournal(Path file) {
        TravelCheck.shorterRunsAgree(play(file, Limits.USUAL), steps -> play(file, Limits.USUAL.withSteps(steps)), 8);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void playedTwiceItIsTheSameByteForByte(Path file) throws IOException {
        assertThat(bytes(play(file, Limits.USUAL))).isEqualTo(bytes(play(file, Limits.USUAL)));
    }

    private static byte[] bytes(Run run) throws IOException {
        var out = new ByteArrayOutputStream();
        run.recording().writeTo(out);
        return out.toByteArray();
    }
}
