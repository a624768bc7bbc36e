package org.iommulab.explore.compare;

import java.util.HashMap;
import java.util.Map;
import org.iommulab.core.Group;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.words.EventText;

/**
 * Two numbers for each event of a recording that mean the same in any other recording: one of everything that can be
 * read of it, one of what it is about. Object ids and term numbers play no part.
 */
final class EventKeys {
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

    private static final String LINUX = "Linux";

    /** Of step {@code s} at {@code s}. */
    private final long[] exact;

    private final long[] shape;

    /** Over {@link #exact}, so that any run of events has a number: {@code sums[s] = sums[s - 1] * MULTIPLIER + exact[s]}. */
    private final long[] sums;

    private final long[] powers;

    private EventKeys(int length) {
        exact = new long[length + 1];
        shape = new long[length + 1];
        sums = new long[length + 1];
        powers = new long[length + 1];
        powers[0] = 1;
    }

    static EventKeys of(Recording recording, Likeness likeness) {
        int length = recording.length();
        var keys = new EventKeys(length);
        var text = new EventText(recording);
        Map<Integer, String> names = new HashMap<>();
        for (int step = 1; step <= length; step++) {
            Event event = recording.event(step);
            EventKind kind = recording.kind(step);
            String name = likeness == Likeness.EXACT
                    ? names.computeIfAbsent(event.object(), id -> stable(recording.machine(), id))
                    : "";
            long shape = hash(shapeText(event, likeness), hash(name, kind.ordinal()));
            keys.shape[step] = shape;
            keys.exact[step] = likeness == Likeness.EXACT
                    ? hash(
                            said(event, text, recording.machine()),
                            shape + 31L * event.depth() + event.lane().ordinal())
                    : shape;
            keys.powers[step] = keys.powers[step - 1] * MULTIPLIER;
            keys.sums[step] = keys.sums[step - 1] * MULTIPLIER + keys.exact[step];
        }
        return keys;
    }

    /** What can be read of an event; that it happens in another kernel is no difference. */
    private static String said(Event event, EventText text, Machine machine) {
        String all = text.text(event);
        return event.object() != 0 && machine.object(event.object()) instanceof Kernel kernel
                ? all.replace(kernel.label(), LINUX)
                : all;
    }

    /** Drivers' functions have names of their own; the callbacks behind which they stand have not. */
    private static String shapeText(Event event, Likeness likeness) {
        return switch (event) {
            case Event.Callback call -> Callback.of(call.callback()).kernelName();
            case Event.Missing missing -> Callback.of(missing.callback()).kernelName();
            case Event.Chapter _ when likeness == Likeness.KIND -> "";
            case Event.Leave _ when likeness == Likeness.KIND && event.lane() == Lane.DRIVER -> "";
            default -> event.term().name();
        };
    }

    /** Domains and mappings are numbered in the order of their making, which is another one on another kernel. */
    private static String stable(Machine machine, int id) {
        if (id == 0) {
            return "";
        }
        SimObject object = machine.object(id);
        if (object instanceof Kernel) {
            return LINUX;
        }
        String label = object.label();
        int end = label.length();
        while (end > 0 && Character.isDigit(label.charAt(end - 1))) {
            end--;
        }
        boolean numbered = end < label.length() && end > 0 && label.charAt(end - 1) == ' ';
        return numbered && !(object instanceof Group) ? label.substring(0, end) : label;
    }

    private static long hash(String text, long seed) {
        long hash = seed * MULTIPLIER + text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0xff51_afd7_ed55_8ccdL;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    int length() {
        return exact.length - 1;
    }

    /** Everything that can be read of the event. */
    long exact(int step) {
        return exact[step];
    }

    /** What it is about: what can be aligned although it came out differently. */
    long shape(int step) {
        return shape[step];
    }

    /** Everything that can be read of these events, in their order. */
    long exact(int first, int last) {
        return sums[last] - sums[first - 1] * powers[last - first + 1];
    }
}
