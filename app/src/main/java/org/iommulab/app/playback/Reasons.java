package org.iommulab.app.playback;

import java.util.Optional;
import org.iommulab.scenario.Run;

/** Who knows why something went wrong. Called off the window's thread; looks at the recording alone. */
@FunctionalInterface
public interface Reasons {
    /** The way to what is wrong at this step, else to the nearest wrong thing before it, else after it. */
    Optional<Trail> why(Run run, int step);
}
