package org.iommulab.app.timeline;

import java.util.Arrays;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Recording;

/**
 * The calls of a recording as columns of primitives, one element a step: where a call that begins there ends, which
 * call encloses the step, and in which row of its lane it is drawn. Computed once, off the window's thread; any thread
 * may read it afterwards.
 *
 * <p>A call that never returned (an oops, a hang) ends where the recording left its depth, or at its end.
 */
public final class CallBars {
    /** The row of a call that stands for the chapter itself. */
    static final short ACTION = -1;

    private static final Lane[] LANES = Lane.values();

    private final Recording recording;
    private final int[] end;
    private final int[] enclosing;
    private final short[] row;
    private final int[] rows = new int[LANES.length];
    private final CallIndex index;
    private final Density density;

    private CallBars(Recording recording) {
        this.recording = recording;
        int length = recording.length();
        end = new int[length + 1];
        enclosing = new int[length + 1];
        row = new short[length + 1];
        new Nesting(length).fill();
        index = CallIndex.of(end);
        density = Density.of(recording);
    }

    public static CallBars of(Recording recording) {
        return new CallBars(recording);
    }

    public Recording recording() {
        return recording;
    }

    public int length() {
        return end.length - 1;
    }

    /** Whether a call begins at this step. */
    public boolean isCall(int step) {
        return end[step] != 0;
    }

    /** The last step of the call that begins at this step: its return, or where it was given up. 0 when none begins. */
    public int end(int step) {
        return end[step];
    }

    /** The step at which the innermost call around this step began; 0 outside every call. A call encloses its return. */
    public int enclosing(int step) {
        return enclosing[step];
    }

    /** The call to light up at this step: the one that begins there, otherwise the innermost around it; 0 for none. */
    public int current(int step) {
        return step == 0 || isCall(step) ? step : enclosing[step];
    }

    /** How many calls of the same lane enclose this step: its row in the lane, from 0; -1 for a chapter's own frame. */
    public int row(int step) {
        return row[step];
    }

    /** How many rows a lane needs for the whole recording, without its chapters; 0 when nothing happens in it. */
    public int rows(Lane lane) {
        return rows[lane.ordinal()];
    }

    CallIndex index() {
        return index;
    }

    Density density() {
        return density;
    }

    /** Follows the stack through the recording. */
    private final class Nesting {
        private final int[] open = new int[1 << 12];
        private final int[] inLane = new int[LANES.length];
        private final int length;
        private int depth;

        Nesting(int length) {
            this.length = length;
        }

        void fill() {
            for (int step = 1; step <= length; step++) {
                take(step, recording.kind(step), recording.lane(step).ordinal(), recording.depth(step));
            }
            close(0, length);
        }

        private void take(int step, EventKind kind, int lane, int at) {
            boolean leaves = kind == EventKind.LEAVE;
            close(leaves ? at + 1 : at, step - 1);
            enclosing[step] = depth == 0 ? 0 : open[depth - 1];
            if (leaves && depth > at) {
                lane = recording.lane(open[depth - 1]).ordinal();
                close(at, step);
                row[step] = row[enclosing[step]];
                return;
            }
            row[step] = (short) inLane[lane];
            if (isAction(step, kind, lane)) {
                row[step] = ACTION;
                open[depth++] = step;
                end[step] = step;
                return;
            }
            if (kind != EventKind.CHAPTER) {
                rows[lane] = Math.max(rows[lane], inLane[lane] + 1);
            }
            if (kind == EventKind.ENTER || kind == EventKind.CALLBACK) {
                open[depth++] = step;
                inLane[lane]++;
                end[step] = step;
            }
        }

        /** Ends the open calls from this depth on. */
        private void close(int from, int last) {
            while (depth > from) {
                int begin = open[--depth];
                end[begin] = Math.max(begin, last);
                if (row[begin] != ACTION) {
                    inLane[recording.lane(begin).ordinal()]--;
                }
            }
        }

        /** The frame around an action of the story: the chapter's bar shows it already. */
        private boolean isAction(int step, EventKind kind, int lane) {
            return depth == 0
                    && lane == Lane.USER.ordinal()
                    && kind == EventKind.ENTER
                    && recording.event(step).term().source().isEmpty();
        }
    }

    @Override
    public String toString() {
        return "bars of " + length() + " steps, rows " + Arrays.toString(rows);
    }
}
