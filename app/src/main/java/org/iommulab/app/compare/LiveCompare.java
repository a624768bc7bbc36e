package org.iommulab.app.compare;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.iommulab.app.playback.Frames;
import org.iommulab.explore.compare.Alignment;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.explore.compare.Side;
import org.iommulab.sim.LimitReached;

/**
 * The comparison that the window shows. Runs are played, aligned and moved on a thread of its own; what is there waits
 * for the next frame, and only the latest is shown. Its methods belong to the window's thread.
 */
public final class LiveCompare implements AutoCloseable {
    private final Frames frames;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("compare").factory());
    private final ReadOnlyObjectWrapper<Optional<CompareScene>> scene = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<String>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());

    /** The comparison that is wanted; what comes in for an earlier one is dropped. */
    private final AtomicInteger round = new AtomicInteger();

    /** The row that is wanted; -1 when the worker has seen it. */
    private final AtomicInteger wanted = new AtomicInteger(-1);

    /** Where the cursors will be when all wishes are met. */
    private int row;

    /** Of the thread. */
    private Optional<CompareScene> at = Optional.empty();

    /** Where to begin. */
    @FunctionalInterface
    public interface Beginning {
        int row(Comparison comparison);
    }

    /** Where one begins to look: where the runs part, else at the end. */
    public static final Beginning PARTING = CompareScene::beginning;

    public LiveCompare(Frames frames) {
        this.frames = frames;
    }

    /** The step of one of the runs. */
    public static Beginning step(int column, int step) {
        return comparison -> {
            int length = comparison.sides().get(column).run().recording().length();
            return comparison.alignment().row(column, Math.clamp(step, 0, length));
        };
    }

    /**
     * Plays and compares.
     *
     * @param play plays the runs, off the window's thread; with fewer than two there is nothing to show. An
     *     IllegalArgumentException is for the user
     */
    public void open(Supplier<List<Side>> play, Beginning beginning) {
        int mine = round.incrementAndGet();
        wanted.set(-1);
        scene.set(Optional.empty());
        problem.set(Optional.empty());
        execute(() -> compare(mine, play, beginning));
    }

    /** Drops what is shown and what is under way. */
    public void drop() {
        round.incrementAndGet();
        scene.set(Optional.empty());
        problem.set(Optional.empty());
    }

    private void compare(int mine, Supplier<List<Side>> play, Beginning beginning) {
        at = Optional.empty();
        if (mine != round.get()) {
            return;
        }
        try {
            List<Side> sides = play.get();
            if (sides.size() > 1) {
                Comparison comparison = Comparison.of(sides);
                CompareScene opened = CompareScene.opened(comparison).moved(beginning.row(comparison));
                at = Optional.of(opened);
                tell(mine, opened, true);
            } else {
                tell(mine, "There is nothing to compare: this story has no lanes");
            }
        } catch (IllegalArgumentException | LimitReached e) {
            tell(mine, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            tell(mine, "The lab itself failed while comparing: " + e);
        }
    }

    private void tell(int mine, CompareScene found, boolean first) {
        frames.onNext(_ -> {
            if (mine == round.get()) {
                row = first ? found.row() : row;
                scene.set(Optional.of(found));
            }
        });
    }

    private void tell(int mine, String why) {
        frames.onNext(_ -> {
            if (mine == round.get()) {
                problem.set(Optional.of(why));
            }
        });
    }

    // ---- moving, all lanes together

    public void go(int toRow) {
        scene.get().ifPresent(shown -> {
            int last = shown.comparison().alignment().rows() - 1;
            row = Math.clamp(toRow, 0, Math.max(0, last));
            if (wanted.getAndSet(row) < 0) {
                int mine = round.get();
                execute(() -> move(mine));
            }
        });
    }

    public void by(int rows) {
        go(row + rows);
    }

    public void nextDifference() {
        alignment().ifPresent(found -> found.nextDifference(row).ifPresent(this::go));
    }

    public void previousDifference() {
        alignment().ifPresent(found -> found.previousDifference(row).ifPresent(this::go));
    }

    public void firstDivergence() {
        scene.get().ifPresent(shown -> shown.comparison().parting().ifPresent(this::go));
    }

    private Optional<Alignment> alignment() {
        return scene.get().map(shown -> shown.comparison().alignment());
    }

    private void move(int mine) {
        int to = wanted.getAndSet(-1);
        if (mine == round.get() && to >= 0 && at.isPresent()) {
            try {
                CompareScene moved = at.get().moved(to);
                at = Optional.of(moved);
                tell(mine, moved, false);
            } catch (RuntimeException e) {
                tell(mine, "The lab itself failed while comparing: " + e);
            }
        }
    }

    private void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            // The window was closed in the meantime: nobody looks any more.
        }
    }

    /** What to show; empty while it is not there yet. */
    public ReadOnlyObjectProperty<Optional<CompareScene>> sceneProperty() {
        return scene.getReadOnlyProperty();
    }

    /** Why there is nothing to show, for the user. */
    public ReadOnlyObjectProperty<Optional<String>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    @Override
    public void close() {
        round.incrementAndGet();
        thread.shutdownNow();
    }
}
