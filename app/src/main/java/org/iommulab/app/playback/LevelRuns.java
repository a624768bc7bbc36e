package org.iommulab.app.playback;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.iommulab.app.playback.Playback.LevelOutcome;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;

/** Runs a story on every level of the series, beside everything else, and tells each outcome as it comes in. */
final class LevelRuns implements AutoCloseable {
    /**
     * What is known so far.
     *
     * @param story whose levels these are
     * @param outcomes one for each level of the series, empty where it has not run yet
     * @param firstBad the first level that differs from the first of all, if any
     */
    record Found(Story story, List<LevelOutcome> outcomes, Optional<Level> firstBad) {}

    private final RunSource source;
    private final Consumer<Found> told;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("levels").factory());
    private final AtomicInteger round = new AtomicInteger();

    /** @param told gets what is known, each time a level has run */
    LevelRuns(RunSource source, Consumer<Found> told) {
        this.source = source;
        this.told = told;
    }

    static List<LevelOutcome> none() {
        return Level.SERIES.stream()
                .map(level -> new LevelOutcome(level, Optional.empty()))
                .toList();
    }

    /** Starts anew for this story; what is left of an earlier one is dropped. */
    void start(Story story) {
        int mine = round.incrementAndGet();
        thread.execute(() -> runAll(story, mine));
    }

    /** Drops what is under way. */
    void stop() {
        round.incrementAndGet();
    }

    private void runAll(Story story, int mine) {
        var outcomes = new ArrayList<>(none());
        Optional<Level> firstBad = Optional.empty();
        Optional<Run> base = Optional.empty();
        for (int i = 0; i < outcomes.size() && mine == round.get(); i++) {
            Level level = outcomes.get(i).level();
            try {
                Run run = source.run(story, level.build());
                if (base.isEmpty()) {
                    base = Optional.of(run);
                } else if (firstBad.isEmpty() && differs(base.get(), run)) {
                    firstBad = Optional.of(level);
                }
                outcomes.set(i, new LevelOutcome(level, Optional.of(run.outcome())));
            } catch (RuntimeException e) {
                // The window says so when it runs this level itself; the row must not stop for it.
                outcomes.set(
                        i, new LevelOutcome(level, Optional.of(new Outcome.Broken("did not run: " + e.getMessage()))));
            }
            if (mine == round.get()) {
                told.accept(new Found(story, List.copyOf(outcomes), firstBad));
            }
        }
    }

    /** The rule of the command line's bisect: another outcome, or another set of broken rules. */
    private static boolean differs(Run good, Run other) {
        return !good.outcome().word().equals(other.outcome().word())
                || !List.copyOf(good.brokenRules()).equals(List.copyOf(other.brokenRules()));
    }

    @Override
    public void close() {
        round.incrementAndGet();
        thread.shutdownNow();
    }
}
