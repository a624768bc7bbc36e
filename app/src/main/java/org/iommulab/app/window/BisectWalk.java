package org.iommulab.app.window;

import java.util.Optional;
import javafx.animation.PauseTransition;
import javafx.util.Duration;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;

/**
 * Walks the levels of the series one after the other, the window showing each, and stops at the first that is bad. Who
 * chooses a kernel meanwhile ends the walk.
 */
final class BisectWalk {
    private static final Duration STAY = Duration.millis(900);

    private final LivePlayback playback;
    private final PauseTransition stay = new PauseTransition(STAY);
    private int at;

    BisectWalk(LivePlayback playback) {
        this.playback = playback;
        stay.setOnFinished(_ -> goOn());
    }

    /** From the level before the series on. */
    void start() {
        at = 0;
        show();
    }

    private void show() {
        playback.kernel(level().build());
        stay.playFromStart();
    }

    private Level level() {
        return Level.SERIES.get(at);
    }

    private void goOn() {
        KernelBuild wanted = playback.kernelProperty().get();
        boolean left = !wanted.equals(level().build());
        boolean bad = playback.firstBadProperty().get().equals(Optional.of(level()));
        if (left || bad) {
            return;
        }
        if (!arrived(wanted)) {
            stay.playFromStart();
        } else if (at + 1 < Level.SERIES.size()) {
            at++;
            show();
        }
    }

    /** Whether this level is shown, and its outcome known. */
    private boolean arrived(KernelBuild wanted) {
        boolean judged = playback.levelsProperty().get().stream()
                .anyMatch(one -> one.level().equals(level()) && one.outcome().isPresent());
        return judged
                && playback.nowProperty()
                        .get()
                        .filter(now -> now.run().kernel().patches().equals(wanted.patches())
                                && now.run().kernel().version() == wanted.version())
                        .isPresent();
    }
}
