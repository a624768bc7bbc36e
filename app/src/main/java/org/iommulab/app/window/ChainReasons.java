package org.iommulab.app.window;

import java.util.Optional;
import org.iommulab.app.playback.Reasons;
import org.iommulab.app.playback.Trail;
import org.iommulab.scenario.Run;

/** The chain of events that the explorer finds, as a way to be marked. */
final class ChainReasons implements Reasons {
    @Override
    public Optional<Trail> why(Run run, int step) {
        return Optional.empty();
    }
}
