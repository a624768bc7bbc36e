package org.iommulab.kernel;

import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/**
 * What the kernel does asynchronously, in the order in which it was asked for: deferred probes, runtime-PM idle. The
 * machine drains it at named points; work may queue more work.
 */
public final class WorkQueue {
    private static final Term WORKER = Term.function("kworker", "kernel/workqueue.c");

    private final Kernel kernel;
    private final RefList<Work> queue;

    WorkQueue(Kernel kernel) {
        this.kernel = kernel;
        this.queue = new RefList<>(kernel, Work.class);
    }

    /** Puts work at the end; work that is already waiting stays where it is. */
    public void queue(Work work) {
        if (!queue.contains(work)) {
            queue.add(work);
        }
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Does everything that waits, and what that queues. */
    public void drain() {
        while (!queue.isEmpty()) {
            Work next = queue.toList().getFirst();
            queue.remove(next);
            kernel.machine().emit(EventKind.ENTER, Lane.CORE, WORKER, next, 0, 0);
            kernel.machine().inside(Lane.CORE, WORKER, next, () -> {
                next.doWork();
                return 0;
            });
        }
    }
}
