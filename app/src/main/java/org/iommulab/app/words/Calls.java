package org.iommulab.app.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** The call stack of a step, read back from the events. */
public final class Calls {
    private Calls() {}

    /** The calls around a step, innermost first; a call's return lies in that call, its beginning does not. */
    public static List<Event> around(Recording recording, int step) {
        var calls = new ArrayList<Event>();
        int at = step;
        int depth = step == 0 ? 0 : recording.depth(step) + (recording.kind(step) == EventKind.LEAVE ? 1 : 0);
        while (depth > 0 && --at > 0) {
            if (recording.depth(at) < depth && isCall(recording.kind(at))) {
                calls.add(recording.event(at));
                depth = recording.depth(at);
            }
        }
        return calls;
    }

    /** The call that a step belongs to: the one that it begins, otherwise the innermost around it. */
    public static Optional<Event> at(Recording recording, int step) {
        if (step > 0 && isCall(recording.kind(step))) {
            return Optional.of(recording.event(step));
        }
        return around(recording, step).stream().findFirst();
    }

    static boolean isCall(EventKind kind) {
        return kind == EventKind.ENTER || kind == EventKind.CALLBACK;
    }
}
