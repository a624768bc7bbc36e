package org.iommulab.app.matrix;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.explore.breaks.SweepListener;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.kernel.Level;
import org.jspecify.annotations.Nullable;

/** Sweeps one kernel after the other, the one that is looked at first, and tells what comes in. */
final class MatrixRuns implements AutoCloseable {
    /** Who is told, on any thread. */
    interface Watcher {
        /** A sweep of this level begins; what was told of it before is void. */
        void began(Level level, List<Subject> rows);

        void cells(Level level, List<Cell> cells);

        void progress(Level level, SweepTally tally);

        /** @param whole whether it was not cut short */
        void ended(Level level, SweepTally tally, boolean whole);

        void failed(Level level, String why);
    }

    private final Sweeper sweeper;
    private final List<Level> levels;
    private final Watcher watcher;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("what-breaks").factory());

    // Guarded by this.
    private final Set<Level> done = new HashSet<>();
    private Optional<Level> wanted = Optional.empty();
    private @Nullable Level running;
    private Sweeper.@Nullable Job job;
    private boolean cut;
    private boolean failing;
    private boolean working;

    MatrixRuns(Sweeper sweeper, List<Level> levels, Watcher watcher) {
        this.sweeper = sweeper;
        this.levels = levels;
        this.watcher = watcher;
    }

    /** This level first, if it is not there yet; then the others, unless calls are to fail, which takes long. */
    synchronized void want(Level level) {
        wanted = Optional.of(level);
        if (!done.contains(level) && !level.equals(running)) {
            cut();
        }
        goOn();
    }

    /** Everything anew. */
    synchronized void failing(boolean on) {
        if (failing != on) {
            failing = on;
            done.clear();
            cut();
            goOn();
        }
    }

    /** No more until {@link #want}. */
    synchronized void stop() {
        wanted = Optional.empty();
        cut();
    }

    private void cut() {
        cut = true;
        if (job != null) {
            job.cancel();
        }
    }

    private void goOn() {
        if (!working) {
            working = true;
            try {
                thread.execute(this::work);
            } catch (RejectedExecutionException e) {
                // The window was closed in the meantime: nobody looks any more.
            }
        }
    }

    private void work() {
        for (Optional<Level> next = next(); next.isPresent(); next = next()) {
            sweep(next.get());
        }
    }

    private synchronized Optional<Level> next() {
        cut = false;
        running = wanted.map(this::nextTo).orElse(null);
        working = running != null;
        return Optional.ofNullable(running);
    }

    private @Nullable Level nextTo(Level level) {
        if (!done.contains(level)) {
            return level;
        }
        return failing
                ? null
                : levels.stream()
                        .filter(each -> !done.contains(each))
                        .findFirst()
                        .orElse(null);
    }

    private void sweep(Level level) {
        try {
            watcher.began(level, sweeper.subjects());
            Sweeper.Job mine = begin(level);
            SweepTally tally = mine.run(new SweepListener() {
                @Override
                public void cells(List<Cell> finished) {
                    watcher.cells(level, finished);
                }

                @Override
                public void progress(SweepTally soFar) {
                    watcher.progress(level, soFar);
                }
            });
            watcher.ended(level, tally, end(level));
        } catch (RuntimeException e) {
            // A defect of the sweep must not take the window along; it is shown, and this level is not tried again.
            end(level);
            synchronized (this) {
                done.add(level);
            }
            watcher.failed(level, String.valueOf(e.getMessage()));
        }
    }

    private Sweeper.Job begin(Level level) {
        boolean alsoFailing;
        boolean awaited;
        synchronized (this) {
            alsoFailing = failing;
            awaited = wanted.filter(level::equals).isPresent();
        }
        Sweeper.Job made = sweeper.job(level, alsoFailing, awaited);
        synchronized (this) {
            job = made;
            if (cut) {
                made.cancel();
            }
        }
        return made;
    }

    /** Whether the sweep that ends here was not cut short. */
    private synchronized boolean end(Level level) {
        job = null;
        if (!cut) {
            done.add(level);
        }
        return !cut;
    }

    @Override
    public void close() {
        stop();
        thread.shutdown();
    }
}
