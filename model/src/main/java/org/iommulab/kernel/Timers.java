package org.iommulab.kernel;

import java.util.Comparator;
import java.util.Optional;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/**
 * Simulated time and the timers that wait for it (kernel/time/timer.c). Time passes only where a story waits: what a
 * kernel does in between takes microseconds, while the timers here run for milliseconds.
 */
public final class Timers {
    private static final Term NOW = Term.count("milliseconds waited");
    private static final Term FIRE = Term.function("call_timer_fn", "kernel/time/timer.c");

    private final Kernel kernel;
    private final LongCell now;
    private final RefList<Timer> pending;

    Timers(Kernel kernel) {
        this.kernel = kernel;
        this.now = new LongCell(kernel, Lane.CORE, NOW);
        this.pending = new RefList<>(kernel, Timer.class);
    }

    /** Milliseconds that the story has waited so far. */
    public long waited() {
        return now.get();
    }

    /** mod_timer: fires after so many milliseconds; a timer that is pending starts anew. */
    public void start(Timer timer, long milliseconds) {
        stop(timer);
        timer.expires().setQuietly(now.get() + milliseconds);
        pending.add(timer);
    }

    /** del_timer; nothing when it is not pending. */
    public void stop(Timer timer) {
        pending.remove(timer);
    }

    /** Milliseconds until it fires; 0 when it is not pending. */
    public long left(Timer timer) {
        return pending.contains(timer) ? timer.expires().get() - now.get() : 0;
    }

    /** Lets time pass: what expires fires in the order of its time, and may start timers that fire in the same wait. */
    public void advance(long milliseconds) {
        long end = now.get() + milliseconds;
        for (Optional<Timer> next = earliest(end); next.isPresent(); next = earliest(end)) {
            Timer timer = next.get();
            if (timer.expires().get() > now.get()) {
                now.set(timer.expires().get());
            }
            pending.remove(timer);
            kernel.machine().emit(EventKind.ENTER, Lane.CORE, FIRE, timer, 0, 0);
            kernel.machine().inside(Lane.CORE, FIRE, timer, () -> {
                timer.fire();
                return 0;
            });
        }
        if (end > now.get()) {
            now.set(end);
        }
    }

    private Optional<Timer> earliest(long end) {
        return pending.toList().stream()
                .filter(timer -> timer.expires().get() <= end)
                .min(Comparator.comparingLong(timer -> timer.expires().get()));
    }
}
