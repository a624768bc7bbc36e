package org.iommulab.app.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.Timed;
import org.junit.jupiter.api.Test;

class OwnTimeTest {
    /** Step 1 at 2 s, step 2 at 2.5 s, then three at once after a long pause, the second from a clock that is behind. */
    private static final List<Double> CLOCK = List.of(0.0, 2.0, 2.5, 9.0, 8.99999, 9.0);

    private final Run run = new FakeRuns().run(FakeRuns.STORY, org.iommulab.kernel.KernelSpec.parse("6.2"));
    private final OwnTime time = new OwnTime();

    private Now at(int step) {
        Moment moment = run.momentAt(step);
        return new Now(run, moment, Optional.empty());
    }

    /** The clock goes on for ever in steps of a minute after those that are listed. */
    private static final Timed TIMED =
            step -> step < CLOCK.size() ? CLOCK.get(step) : 9 + 60.0 * (step - CLOCK.size() + 1);

    @Test
    void theFirstEventComesAtOnceAndTheOthersWhenTheyCame() {
        assertThat(time.tick(TIMED, at(0), 0)).hasValue(1);
        assertThat(time.tick(TIMED, at(1), 0.4)).isEmpty();
        assertThat(time.tick(TIMED, at(1), 0.2)).hasValue(2);
        assertThat(time.tick(TIMED, at(2), 6)).isEmpty();
        assertThat(time.tick(TIMED, at(2), 1)).hasValue(5);
        assertThat(time.tick(TIMED, at(5), 59)).isEmpty();
    }

    /** The window may show the new step one frame later. */
    @Test
    void aWishThatIsNotShownYetIsNotTakenBack() {
        assertThat(time.tick(TIMED, at(0), 0)).hasValue(1);
        assertThat(time.tick(TIMED, at(1), 0.6)).hasValue(2);
        assertThat(time.tick(TIMED, at(1), 0.1)).isEmpty();
        assertThat(time.tick(TIMED, at(2), 6.7)).hasValue(5);
    }

    @Test
    void whoGoesElsewhereTakesTheClockAlong() {
        assertThat(time.tick(TIMED, at(0), 0)).hasValue(1);
        assertThat(time.tick(TIMED, at(5), 0.1)).isEmpty();
        assertThat(time.tick(TIMED, at(2), 0.1)).isEmpty();
        time.passes(6);
        assertThat(time.tick(TIMED, at(2), 0.5)).hasValue(5);
    }
}
