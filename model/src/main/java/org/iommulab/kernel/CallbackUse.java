package org.iommulab.kernel;

import java.util.Arrays;

/**
 * How often a driver's callbacks were looked for and called in a run, a statistic of the run and no state of the
 * machine; and which of them are kept from it, for explorers that go on from the middle of a run without one.
 */
public final class CallbackUse {
    private static final int NEVER = -1;

    private final int[] firstLook = new int[Callback.values().length];
    private final int[] calls = new int[Callback.values().length];
    private long withheld;

    public CallbackUse() {
        Arrays.fill(firstLook, NEVER);
    }

    /** As it is now, unchanged by what is asked later. */
    public CallbackUse copy() {
        var copy = new CallbackUse();
        copy.backTo(this);
        return copy;
    }

    /** Forgets what was asked since this copy was made. */
    public void backTo(CallbackUse before) {
        System.arraycopy(before.firstLook, 0, firstLook, 0, firstLook.length);
        System.arraycopy(before.calls, 0, calls, 0, calls.length);
        withheld = before.withheld;
    }

    /**
     * The table's entry was read: to call it, or to see whether it is there.
     *
     * @param steps how many events there were
     */
    public void looked(Callback callback, int steps) {
        if (firstLook[callback.ordinal()] == NEVER) {
            firstLook[callback.ordinal()] = steps;
        }
    }

    public void called(Callback callback, int steps) {
        looked(callback, steps);
        calls[callback.ordinal()]++;
    }

    /** Whether anything depended on the entry: where it was never read, the run is the same without it. */
    public boolean wasLookedAt(Callback callback) {
        return firstLook[callback.ordinal()] != NEVER;
    }

    /** How many events there were when the entry was read for the first time; up to there the run is the same without it. */
    public int firstLook(Callback callback) {
        return firstLook[callback.ordinal()];
    }

    public int calls(Callback callback) {
        return calls[callback.ordinal()];
    }

    /** From here on the table is without this entry, as if it had been removed from the source. */
    public void withhold(Callback callback) {
        withheld |= 1L << callback.ordinal();
    }

    public boolean isWithheld(Callback callback) {
        return (withheld >>> callback.ordinal() & 1) != 0;
    }
}
