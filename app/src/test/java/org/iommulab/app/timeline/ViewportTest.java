package org.iommulab.app.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ViewportTest {
    private static final long SEED = 4412;
    private final Random random = new Random(SEED);

    private Viewport any(int length) {
        double span = Viewport.CLOSEST + random.nextDouble() * Math.max(1, length - Viewport.CLOSEST);
        return new Viewport(random.nextDouble() * length, span).kept(length);
    }

    @Test
    void aPlaceInsideAStepLeadsBackToThatStep() {
        for (int i = 0; i < 2000; i++) {
            int length = 10 + random.nextInt(i % 2 == 0 ? 300 : 1_000_000);
            Viewport view = any(length);
            double width = 50 + random.nextDouble() * 2000;
            int step = random.nextInt(length + 1);
            double x = view.x(step + random.nextDouble() * 0.98 + 0.01, width);
            assertThat(view.step(x, width, length))
                    .as("seed %d, %s, step %d", SEED, view, step)
                    .isEqualTo(step);
        }
    }

    @Test
    void zoomingKeepsWhatIsUnderThePointerUnlessTheEndIsReached() {
        int length = 100_000;
        for (int i = 0; i < 500; i++) {
            Viewport view = new Viewport(40_000 + random.nextInt(10_000), 200 + random.nextInt(1000));
            double x = random.nextDouble() * 800;
            Viewport zoomed = view.zoomed(0.3 + random.nextDouble() * 3, x, 800, length);
            assertThat(zoomed.from() + x / 800 * zoomed.span())
                    .isCloseTo(view.from() + x / 800 * view.span(), offset(1e-6));
        }
    }

    @Test
    void followingShowsTheStepAndStaysInsideTheRecording() {
        for (int i = 0; i < 1000; i++) {
            int length = 10 + random.nextInt(10_000);
            int step = random.nextInt(length + 1);
            Viewport view = any(length).following(step, length);
            assertThat(step + 0.5).isBetween(view.from(), view.to());
            assertThat(view.from()).isGreaterThanOrEqualTo(0);
            assertThat(view.to()).isLessThanOrEqualTo(Math.max(length + 1.0, view.span()) + 1e-9);
        }
    }

    @Test
    void aStepThatIsWellInSightMovesNothing() {
        var view = new Viewport(100, 40);
        assertThat(view.following(120, 1000)).isEqualTo(view);
    }

    @Test
    void glidingEndsAtItsTarget() {
        var from = new Viewport(0, 100);
        var to = new Viewport(500, 60);
        Viewport at = from;
        for (int i = 0; i < 200 && !to.isNear(at, 800); i++) {
            at = at.towards(to, 0.2);
        }
        assertThat(to.isNear(at, 800)).isTrue();
        assertThat(from.towards(to, 1)).isEqualTo(to);
        assertThat(from.towards(to, 0)).isEqualTo(from);
    }
}
