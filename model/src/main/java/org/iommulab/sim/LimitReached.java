package org.iommulab.sim;

/** A run went further than its {@link Limits} allow. Ends the run; what was recorded stays. */
public final class LimitReached extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LimitReached(String what, long limit) {
        super("limit reached: " + limit + " " + what, null, false, false); // it is told as a result, never as a trace
    }
}
