package org.iommulab.explore.breaks;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.iommulab.board.Board;
import org.iommulab.board.Registry;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;

/** Runs every cell that a request asks for. One use: {@link #run} once, {@link #cancel} from any thread. */
public final class Sweep {
    private final SweepRequest request;
    private final List<ScenarioFile> stories;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger parts = new AtomicInteger();
    private final AtomicInteger cells = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();
    private final List<List<ScenarioFile>> groups;
    private final Shared shared = new Shared();
    private final Set<Gap> gaps = ConcurrentHashMap.newKeySet();
    private final long begin = System.nanoTime();

    /** A callback that a driver does not have on a level, told once. */
    private record Gap(Subject subject, Callback callback, Level level) {}

    public Sweep(SweepRequest request) {
        this.request = request;
        this.stories = request.stories().stream()
                .filter(story -> driversOf(story.board()).stream().anyMatch(request::wants))
                .toList();
        this.groups = BoardSweep.groups(stories);
    }

    /** The drivers that a board has units of. */
    public static List<String> driversOf(Board board) {
        return board.units().stream()
                .flatMap(unit -> Registry.backend(unit.type()).stream())
                .map(backend -> backend.driverName())
                .distinct()
                .toList();
    }

    /** How many parts there are: stories on kernels. */
    public int parts() {
        return stories.size() * request.levels().size();
    }

    /** No new run begins; {@link #run} returns soon. */
    public void cancel() {
        cancelled.set(true);
    }

    public boolean isCancelled() {
        return cancelled.get();
    }

    /** How far it is. */
    public SweepTally tally() {
        return new SweepTally(parts.get(), parts(), cells.get(), broken.get(), runs.get(), System.nanoTime() - begin);
    }

    /**
     * Runs them on the request's threads and returns when the last one is done, or soon after {@link #cancel}. Cells
     * come in no order; the set of them is the same each time.
     */
    public SweepTally run(SweepListener listener) {
        try (var pool = Executors.newFixedThreadPool(
                request.workers(),
                Thread.ofPlatform().daemon().name("sweep-", 0).factory())) {
            List<Future<?>> workers = IntStream.range(0, request.workers())
                    .<Future<?>>mapToObj(_ -> pool.submit(() -> work(listener)))
                    .toList();
            workers.forEach(this::await);
        }
        return tally();
    }

    private void await(Future<?> worker) {
        try {
            worker.get();
        } catch (ExecutionException e) {
            cancel();
            throw new IllegalStateException("a run of the sweep failed", e.getCause());
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
        }
    }

    private void work(SweepListener listener) {
        for (int index = next.getAndIncrement(); index < groups.size(); index = next.getAndIncrement()) {
            var board = new BoardSweep(groups.get(index), request, shared, this::isCancelled);
            for (Level level : request.levels()) {
                if (isCancelled()) {
                    return;
                }
                int before = board.runs();
                List<List<Cell>> found = board.cells(level);
                runs.addAndGet(board.runs() - before);
                found.forEach(cells -> tell(cells, listener));
            }
        }
    }

    private void tell(List<Cell> found, SweepListener listener) {
        List<Cell> told = found.stream().filter(this::isTold).toList();
        cells.addAndGet(told.size());
        broken.addAndGet(
                (int) told.stream().filter(cell -> cell.effect().isBroken()).count());
        listener.cells(told);
        parts.incrementAndGet();
        listener.progress(tally());
    }

    private boolean isTold(Cell cell) {
        return cell.effect() != Effect.NOT_THERE || gaps.add(new Gap(cell.subject(), cell.callback(), cell.level()));
    }
}
