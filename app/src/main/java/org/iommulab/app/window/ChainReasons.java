package org.iommulab.app.window;

import java.util.Optional;
import org.iommulab.app.playback.Reasons;
import org.iommulab.app.playback.Trail;
import org.iommulab.explore.why.Why;
import org.iommulab.scenario.Run;

/** The chain of events that leads to a harm, as a way to be marked. */
final class ChainReasons implements Reasons {
    @Override
    public Optional<Trail> why(Run run, int step) {
        return Why.of(run, step)
                .map(chain -> new Trail(
                        chain.harm().words(),
                        chain.links().stream()
                                .map(link -> new Trail.Link(link.step(), link.words()))
                                .toList()));
    }
}
