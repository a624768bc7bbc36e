package org.iommulab.app.playback;

import java.util.Optional;

/**
 * What waits for the next frame of a {@link LivePlayback}; what is empty is nothing new.
 *
 * @param problem why a wish could not be met, or the word that nothing is wrong
 * @param loaded how far the reading of a long file is
 */
record News(
        Optional<Now> now,
        Optional<Optional<String>> problem,
        Optional<LevelRuns.Found> levels,
        Optional<Loaded> loaded) {
    static final News NONE = new News(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    News and(News later) {
        return new News(
                later.now.or(() -> now),
                later.problem.or(() -> problem),
                later.levels.or(() -> levels),
                later.loaded.or(() -> loaded));
    }

    static News of(Now now) {
        return new News(Optional.of(now), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static News of(Optional<String> problem) {
        return new News(Optional.empty(), Optional.of(problem), Optional.empty(), Optional.empty());
    }

    static News of(LevelRuns.Found levels) {
        return new News(Optional.empty(), Optional.empty(), Optional.of(levels), Optional.empty());
    }

    static News of(Loaded loaded) {
        return new News(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(loaded));
    }
}
