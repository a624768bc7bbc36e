package org.iommulab.kernel;

/** How often a driver's callbacks were looked for and called in a run. A statistic of the run, no state of the machine. */
public final class CallbackUse {
    private long looked;
    private final int[] calls;

    public CallbackUse() {
        this(0, new int[Callback.values().length]);
    }

    private CallbackUse(long looked, int[] calls) {
        this.looked = looked;
        this.calls = calls;
    }

    /** As it is now, unchanged by what is asked later. */
    public CallbackUse copy() {
        return new CallbackUse(looked, calls.clone());
    }

    /** The table's entry was read: to call it, or to see whether it is there. */
    public void looked(Callback callback) {
        looked |= 1L << callback.ordinal();
    }

    public void called(Callback callback) {
        looked(callback);
        calls[callback.ordinal()]++;
    }

    /** Whether anything depended on the entry: where it was never read, the run is the same without it. */
    public boolean wasLookedAt(Callback callback) {
        return (looked >>> callback.ordinal() & 1) != 0;
    }

    public int calls(Callback callback) {
        return calls[callback.ordinal()];
    }
}
