package org.iommulab.app.matrix;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import org.iommulab.app.playback.Frames;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.kernel.Level;

/**
 * What the sweep found so far and what of it is looked at. Of the window's thread; what comes in on others waits for the
 * next frame.
 */
final class MatrixModel implements AutoCloseable {
    private final Frames frames;
    private final MatrixRuns runs;
    private final Map<Level, Found> found = new HashMap<>();
    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean frameAsked = new AtomicBoolean();
    private final ReadOnlyLongWrapper version = new ReadOnlyLongWrapper();

    private Level level;
    private boolean failing;
    private String typed = "";
    private Sorting sorting = Sorting.BY_NAME;
    private Optional<Spot> here = Optional.empty();
    private Optional<String> said = Optional.empty();

    private static final class Found {
        private Grid grid = new Grid(List.of());
        private Optional<SweepTally> tally = Optional.empty();
        private State state = State.WAITING;
        private String problem = "";
    }

    /** How far a level is. */
    enum State {
        WAITING,
        RUNNING,
        DONE,
        STOPPED,
        FAILED
    }

    MatrixModel(Sweeper sweeper, Frames frames, Level first) {
        this.frames = frames;
        this.level = first;
        this.runs = new MatrixRuns(sweeper, Level.KNOWN, new Incoming());
    }

    // ---- what came in, once a frame

    private final class Incoming implements MatrixRuns.Watcher {
        @Override
        public void began(Level of, List<Subject> rows) {
            tell(() -> {
                var fresh = new Found();
                fresh.grid = new Grid(rows);
                fresh.state = State.RUNNING;
                found.put(of, fresh);
            });
        }

        @Override
        public void cells(Level of, List<Cell> cells) {
            tell(() -> found(of).grid.add(cells));
        }

        @Override
        public void progress(Level of, SweepTally tally) {
            tell(() -> found(of).tally = Optional.of(tally));
        }

        @Override
        public void ended(Level of, SweepTally tally, boolean whole) {
            tell(() -> {
                found(of).tally = Optional.of(tally);
                found(of).state = whole ? State.DONE : State.STOPPED;
            });
        }

        @Override
        public void failed(Level of, String why) {
            tell(() -> {
                found(of).problem = why;
                found(of).state = State.FAILED;
            });
        }
    }

    private void tell(Runnable piece) {
        news.add(piece);
        if (frameAsked.compareAndSet(false, true)) {
            frames.onNext(_ -> {
                frameAsked.set(false);
                for (Runnable next = news.poll(); next != null; next = news.poll()) {
                    next.run();
                }
                changed();
            });
        }
    }

    private Found found(Level of) {
        return found.computeIfAbsent(of, _ -> new Found());
    }

    private void changed() {
        version.set(version.get() + 1);
    }

    /** Changes whenever something else is to be seen. */
    ReadOnlyLongProperty versionProperty() {
        return version.getReadOnlyProperty();
    }

    // ---- what is looked at

    Level level() {
        return level;
    }

    void level(Level other) {
        level = other;
        said = Optional.empty();
        runs.want(other);
        changed();
    }

    void say(String text) {
        said = Optional.of(text);
        changed();
    }

    void filter(String text) {
        typed = text;
        here = Optional.empty();
        changed();
    }

    Sorting sorting() {
        return sorting;
    }

    void sort(Sorting other) {
        sorting = other;
        here = Optional.empty();
        changed();
    }

    void failing(boolean on) {
        failing = on;
        runs.failing(on);
        changed();
    }

    void here(Optional<Spot> spot) {
        if (!spot.equals(here)) {
            here = spot;
            changed();
        }
    }

    /** Begins, or goes on where it was stopped. */
    void start() {
        runs.want(level);
    }

    void stop() {
        runs.stop();
    }

    State state(Level of) {
        return found(of).state;
    }

    MatrixScene scene() {
        Found shown = found(level);
        Grid grid = shown.grid;
        var arrangement = Arrangement.of(grid, Filter.of(typed, grid.subjects()), sorting);
        return new MatrixScene(grid, level, arrangement, here, progress(shown), failing, said.orElse(status(shown)));
    }

    private static Optional<Double> progress(Found shown) {
        return shown.state != State.RUNNING
                ? Optional.empty()
                : Optional.of(shown.tally
                        .map(tally -> (double) tally.parts() / Math.max(1, tally.partsTotal()))
                        .orElse(0.0));
    }

    private static String status(Found shown) {
        return switch (shown.state) {
            case WAITING -> "";
            case RUNNING -> shown.tally.map(tally -> figures(tally)).orElse("reading the stories");
            case DONE -> shown.tally.map(tally -> figures(tally)).orElse("");
            case STOPPED ->
                "stopped · " + shown.tally.map(tally -> figures(tally)).orElse("");
            case FAILED -> shown.problem;
        };
    }

    /** {@code 2,380 runs · 0.9 s · 2,644 runs/s}. */
    static String figures(SweepTally tally) {
        return String.format(
                Locale.ROOT,
                "%,d runs · %.1f s · %,.0f runs/s",
                tally.runs(),
                tally.nanos() / 1e9,
                tally.runsPerSecond());
    }

    @Override
    public void close() {
        runs.close();
    }
}
