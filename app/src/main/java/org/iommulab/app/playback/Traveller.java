package org.iommulab.app.playback;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Run;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Recording;

/**
 * The one thread that runs a story and moves its cursor. Wishes that came in while it was busy are folded into one, so
 * only the last state is made and shown, however fast they come.
 */
final class Traveller implements AutoCloseable {
    /** A story to be run. {@code keepPlace} is false for another story, which starts at {@code step}. */
    private record Order(Story story, KernelBuild kernel, boolean keepPlace, int step) {}

    private final RunSource source;
    private final Consumer<Now> arrived;
    private final Consumer<Optional<String>> problem;
    private final Consumer<Loaded> loaded;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("traveller").factory());

    // Guarded by this.
    private Optional<Order> order = Optional.empty();
    private final List<Move> moves = new ArrayList<>();
    private boolean scheduled;
    private boolean enough;

    // Of the traveller's thread.
    private Optional<Run> run = Optional.empty();
    private int at;
    private Optional<Loaded> told = Optional.empty();

    Traveller(RunSource source, Consumer<Now> arrived, Consumer<Optional<String>> problem, Consumer<Loaded> loaded) {
        this.source = source;
        this.arrived = arrived;
        this.problem = problem;
        this.loaded = loaded;
    }

    synchronized void open(Story story, KernelBuild kernel, int step) {
        order = Optional.of(new Order(story, kernel, false, step));
        moves.clear();
        schedule();
    }

    synchronized void rerun(Story story, KernelBuild kernel) {
        // A story that was not run yet has no place to keep: it starts where it was told to.
        order = Optional.of(order.filter(waiting -> !waiting.keepPlace())
                .map(waiting -> new Order(story, kernel, false, waiting.step()))
                .orElse(new Order(story, kernel, true, 0)));
        schedule();
    }

    /** A place that does not depend on where we are makes all wishes before it void. */
    synchronized void go(Move move) {
        moves.clear();
        move(move);
    }

    synchronized void move(Move move) {
        moves.add(move);
        schedule();
    }

    /** Whether something is still to be done; who plays waits for it. */
    synchronized boolean busy() {
        return scheduled;
    }

    /** What is being read is read no further; what was read so far is shown. */
    synchronized void enough() {
        enough = true;
    }

    private synchronized boolean isEnough() {
        // What nobody waits for any more is not read to its end either.
        return enough || order.isPresent() || Thread.currentThread().isInterrupted();
    }

    private boolean goesOn(long bytes, long whole) {
        var now = new Loaded(bytes, Math.max(1, whole));
        if (told.isEmpty() || told.get().differs(now)) {
            told = Optional.of(now);
            loaded.accept(now);
        }
        return !isEnough();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            thread.execute(this::travel);
        }
    }

    private void travel() {
        Optional<Order> nextOrder;
        List<Move> nextMoves;
        synchronized (this) {
            nextOrder = order;
            nextMoves = List.copyOf(moves);
            order = Optional.empty();
            moves.clear();
            enough = false;
            if (nextOrder.isEmpty() && nextMoves.isEmpty()) {
                scheduled = false;
                return;
            }
        }
        try {
            if (nextOrder.isPresent() && !carryOut(nextOrder.get())) {
                return;
            }
            run.ifPresent(current -> moveAndShow(current, nextMoves));
        } catch (IllegalArgumentException | LimitReached e) {
            problem.accept(Optional.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            problem.accept(Optional.of("The lab itself failed near step " + at + ": " + e));
        } finally {
            goOn();
        }
    }

    private void goOn() {
        try {
            thread.execute(this::travel);
        } catch (RejectedExecutionException e) {
            // The window was closed in the meantime: nobody looks any more.
        }
    }

    /** Whether somebody still waits for it. */
    private boolean carryOut(Order next) {
        told = Optional.empty();
        Run fresh = source.run(next.story(), next.kernel(), this::goesOn);
        synchronized (this) {
            if (order.isPresent() && !order.get().keepPlace()) {
                return false;
            }
        }
        at = next.keepPlace() && run.isPresent()
                ? Places.same(run.get(), at, fresh)
                : next.step() == Places.BEGINNING
                        ? Places.beginning(fresh)
                        : Math.clamp(next.step(), 0, fresh.recording().length());
        run = Optional.of(fresh);
        problem.accept(Optional.empty());
        return true;
    }

    private void moveAndShow(Run current, List<Move> folded) {
        Recording recording = current.recording();
        for (Move move : folded) {
            at = move.from(recording, at);
        }
        arrived.accept(
                new Now(current, current.momentAt(at), at == 0 ? Optional.empty() : Optional.of(recording.event(at))));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
