package org.iommulab.sim;

import java.util.List;
import java.util.function.Predicate;

/**
 * A place in a recording. Moving it moves the machine's state: after {@link #go} the machine is as it was when that
 * step's event had happened. One cursor a recording, one thread.
 */
public final class Cursor {
    /** How many steps lie between two checkpoints at first; doubled when there are too many. */
    static final int SPACING = 1 << 16;

    static final int MOST = 64;

    private final Recording recording;
    private int at;
    private int spacing = SPACING;

    /** A cursor at the end of the recording, where the machine is after its run. */
    public Cursor(Recording recording) {
        this.recording = recording;
        this.at = recording.length();
    }

    public Recording recording() {
        return recording;
    }

    public int step() {
        return at;
    }

    /** Goes to a step from 0 to the recording's length. */
    public void go(int step) {
        if (step < 0 || step > recording.length()) {
            throw new IndexOutOfBoundsException("step " + step + " of " + recording.length());
        }
        jump(step);
        apply(step);
    }

    private void jump(int step) {
        List<Checkpoint> checkpoints = recording.checkpoints();
        Checkpoint best = null;
        int distance = Math.abs(step - at);
        for (Checkpoint checkpoint : checkpoints) {
            int far = Math.abs(checkpoint.step() - step) + spacing / 8;
            if (far < distance) {
                distance = far;
                best = checkpoint;
            }
        }
        if (best != null) {
            recording.machine().restore(best);
            at = best.step();
        }
    }

    private void apply(int step) {
        Machine machine = recording.machine();
        while (at != step) {
            int next = at < step ? Math.min(step, (at / SPACING + 1) * SPACING) : Math.max(step, (at - 1) / SPACING * SPACING);
            int from = recording.journalAt(at);
            int to = recording.journalAt(next);
            if (from < to) {
                recording.journal().redo(from, to, machine);
            } else {
                recording.journal().undo(to, from, machine);
            }
            at = next;
            if (at % spacing == 0 && at != 0 && at != recording.length()) {
                keep();
            }
        }
    }

    private void keep() {
        List<Checkpoint> checkpoints = recording.checkpoints();
        if (checkpoints.stream().anyMatch(checkpoint -> checkpoint.step() == at)) {
            return;
        }
        checkpoints.add(recording.machine().checkpoint(at));
        if (checkpoints.size() > MOST) {
            spacing *= 2;
            checkpoints.removeIf(checkpoint -> checkpoint.step() % spacing != 0);
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
        go(Steps.into(recording, at));
    }

    /** The step before, into whatever returned there. */
    public void back() {
        go(Steps.back(recording, at));
    }

    /** To the next step of this depth or less: over the call that begins here. */
    public void over() {
        go(Steps.over(recording, at));
    }

    /** To the step before of this depth or less: back over the call that ends here. */
    public void backOver() {
        go(Steps.backOver(recording, at));
    }

    /** To the next step outside the call that we are in. */
    public void out() {
        go(Steps.out(recording, at));
    }

    /** To the call that we are in. */
    public void backOut() {
        go(Steps.backOut(recording, at));
    }

    /** Goes to the next event that fits; stays, and says false, when there is none. */
    public boolean next(Predicate<Event> fits) {
        return goIfFound(recording.next(at, fits));
    }

    /** Goes to the event before that fits; stays, and says false, when there is none. */
    public boolean previous(Predicate<Event> fits) {
        return goIfFound(recording.previous(at, fits));
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
        if (at < recording.length() && recording.depth(at + 1) != 0) {
            throw new IllegalStateException("step " + at + " is inside a call; cut between two actions");
        }
        recording.cut(at);
    }
}
