package org.iommulab.sim;

import java.util.function.Predicate;

/**
 * Moves a machine through its recording: after {@link #go} the machine is as it was when that step's event had
 * happened. Where it stands is known to the machine, so all cursors of a recording agree. One thread.
 */
public final class Cursor {
    private final Recording recording;
    private final Machine machine;

    /** A cursor where the machine stands: at the end, after its run. */
    public Cursor(Recording recording) {
        this.recording = recording;
        this.machine = recording.machine();
    }

    public Recording recording() {
        return recording;
    }

    public int step() {
        return machine.shownStep();
    }

    /** Goes to a step from 0 to the recording's length. */
    public void go(int step) {
        if (step < 0 || step > recording.length()) {
            throw new IndexOutOfBoundsException("step " + step + " of " + recording.length());
        }
        Checkpoints checkpoints = recording.checkpoints();
        int at = step();
        if (at == recording.length()) {
            checkpoints.leaveEnd(at, step);
        }
        var checkpoint = checkpoints.nearer(at, step);
        if (checkpoint.isPresent()) {
            machine.restore(checkpoint.get());
            at = checkpoint.get().step();
        }
        while (at != step) {
            int next = checkpoints.stop(at, step);
            apply(at, next);
            at = next;
            // At the end there may be changes that belong to an event still to come: no checkpoint there.
            if (at != recording.length()) {
                checkpoints.offer(at);
            }
        }
        if (step == recording.length()) {
            checkpoints.arriveAtEnd();
        }
        machine.show(step);
    }

    private void apply(int from, int to) {
        if (from < to) {
            recording.journal().redo(recording.journalAt(from), recording.journalAt(to), machine);
        } else {
            recording.journal().undo(recording.journalAt(to), recording.journalAt(from), machine);
        }
    }

    public void first() {
        go(0);
    }

    public void last() {
        go(recording.length());
    }

    /** The next step, into whatever it calls. */
    public void into() {
        go(Steps.into(recording, step()));
    }

    /** The step before, into whatever returned there. */
    public void back() {
        go(Steps.back(recording, step()));
    }

    /** To the next step of this depth or less: over the call that begins here. */
    public void over() {
        go(Steps.over(recording, step()));
    }

    /** To the step before of this depth or less: back over the call that ends here. */
    public void backOver() {
        go(Steps.backOver(recording, step()));
    }

    /** To the next step outside the call that we are in. */
    public void out() {
        go(Steps.out(recording, step()));
    }

    /** To the call that we are in. */
    public void backOut() {
        go(Steps.backOut(recording, step()));
    }

    /** Goes to the next event that fits; stays, and says false, when there is none. */
    public boolean next(Predicate<Event> fits) {
        return goIfFound(recording.next(step(), fits));
    }

    /** Goes to the event before that fits; stays, and says false, when there is none. */
    public boolean previous(Predicate<Event> fits) {
        return goIfFound(recording.previous(step(), fits));
    }

    private boolean goIfFound(int step) {
        if (step == 0) {
            return false;
        }
        go(step);
        return true;
    }

    /**
     * Forgets everything after this step, so that the machine can go on differently from here. Only between two
     * actions, where no call is open: the simulated kernel's stack cannot be brought back.
     *
     * @throws IllegalStateException inside a call
     */
    public void cut() {
        int step = step();
        if (insideCall(step)) {
            throw new IllegalStateException("step " + step + " is inside a call; cut between two actions");
        }
        recording.cut(step);
    }

    private boolean insideCall(int step) {
        if (step == recording.length()) {
            return machine.depth() != 0;
        }
        return recording.depth(step + 1) != 0 || recording.kind(step + 1) == EventKind.LEAVE;
    }
}
