package org.iommulab.explore.breaks;

import java.util.Optional;
import org.iommulab.sim.Events;
import org.iommulab.words.EventText;

/** Says where two runs part. */
final class Divergences {
    private Divergences() {}

    static Optional<Divergence> of(Comparison runs) {
        if (!runs.isDifferent()) {
            return Optional.empty();
        }
        int step = runs.same() + 1;
        return Optional.of(new Divergence(
                step,
                step,
                text(runs.broken().recording(), step) + " instead of "
                        + text(runs.unbroken().events(), step)));
    }

    private static String text(Events recording, int step) {
        return step > recording.length() ? "nothing" : new EventText(recording).text(recording.event(step));
    }
}
