package org.iommulab.explore.why;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Events;

/** Which calls enclose a step of a recording. */
public final class Frames {
    private final Events recording;

    public Frames(Events recording) {
        this.recording = recording;
    }

    /** The step at which the innermost call around a step began; for a return, of the call that returns. 0 for none. */
    public int begin(int step) {
        int depth = recording.depth(step) - (recording.kind(step) == EventKind.LEAVE ? 0 : 1);
        for (int at = step - 1; at >= 1 && depth >= 0; at--) {
            if (recording.depth(at) <= depth) {
                return isCall(at) && recording.depth(at) == depth ? at : 0;
            }
        }
        return 0;
    }

    /** Where the call that began at a step returns; the recording's end where it never does. */
    int end(int call) {
        for (int at = call + 1; at <= recording.length(); at++) {
            if (recording.depth(at) <= recording.depth(call)) {
                return recording.kind(at) == EventKind.LEAVE && recording.depth(at) == recording.depth(call)
                        ? at
                        : at - 1;
            }
        }
        return recording.length();
    }

    /** The beginnings of all calls around a step, the innermost first. */
    List<Integer> around(int step) {
        var calls = new ArrayList<Integer>();
        for (int call = begin(step); call != 0; call = outer(call)) {
            calls.add(call);
        }
        return calls;
    }

    private int outer(int call) {
        int depth = recording.depth(call) - 1;
        for (int at = call - 1; at >= 1 && depth >= 0; at--) {
            if (recording.depth(at) <= depth) {
                return isCall(at) ? at : 0;
            }
        }
        return 0;
    }

    private boolean isCall(int step) {
        return recording.kind(step) == EventKind.ENTER || recording.kind(step) == EventKind.CALLBACK;
    }
}
