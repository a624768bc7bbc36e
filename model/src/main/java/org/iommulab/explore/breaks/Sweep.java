package org.iommulab.explore.breaks;

import java.util.concurrent.atomic.AtomicBoolean;

/** Runs every cell that a request asks for. One use: {@link #run} once, {@link #cancel} from any thread. */
public final class Sweep {
    private final SweepRequest request;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    public Sweep(SweepRequest request) {
        this.request = request;
    }

    /** How many parts there are: stories on kernels. */
    public int parts() {
        return request.stories().size() * request.levels().size();
    }

    /** No new run begins; {@link #run} returns soon. */
    public void cancel() {
        cancelled.set(true);
    }

    public boolean isCancelled() {
        return cancelled.get();
    }

    /**
     * Runs them on the request's threads and returns when the last one is done, or soon after {@link #cancel}. Cells
     * come in no order; the set of them is the same each time.
     */
    public SweepTally run(SweepListener listener) {
        throw new UnsupportedOperationException("not there yet");
    }
}
