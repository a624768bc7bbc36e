package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;
import org.iommulab.words.EventText;

/** Finds the events of a recording that mean harm. */
final class Signs {
    private static final int HIGHEST_ERRNO = 4095;

    private final Recording recording;
    private final EventText text;

    private Signs(Recording recording) {
        this.recording = recording;
        this.text = new EventText(recording);
    }

    /** Those behind a step, in order. */
    static List<Sign> behind(Recording recording, int step) {
        var signs = new Signs(recording);
        var found = new ArrayList<Sign>();
        for (int at = step + 1; at <= recording.length(); at++) {
            signs.at(at).ifPresent(found::add);
        }
        return found;
    }

    /** Those of the first list that the second does not have, or has less often. */
    static List<Sign> without(List<Sign> signs, List<Sign> usual) {
        Map<String, Integer> left = new HashMap<>();
        usual.forEach(sign -> left.merge(sign.key(), 1, Integer::sum));
        return signs.stream()
                .filter(sign -> left.merge(sign.key(), -1, Integer::sum) < 0)
                .toList();
    }

    private Optional<Sign> at(int step) {
        return switch (recording.kind(step)) {
            case WARN ->
                sign(step, Effect.WARN, "WARN in " + recording.term(step).name());
            case OOPS -> sign(step, Effect.OOPS, line(step));
            case HANG -> sign(step, Effect.HANG, line(step));
            case USE_AFTER_FREE -> sign(step, Effect.USE_AFTER_FREE, line(step));
            case FAULT -> sign(step, Effect.FAULT_STORM, line(step));
            case CHECK -> check(step);
            case LEAVE -> returned(step);
            default -> Optional.empty();
        };
    }

    private Optional<Sign> check(int step) {
        return recording.a(step) == recording.b(step)
                ? Optional.empty()
                : sign(
                        step,
                        Effect.WRONG_DATA,
                        thing(step) + " shows a wrong picture: " + recording.a(step) + " of " + recording.b(step)
                                + " right");
    }

    private Optional<Sign> returned(int step) {
        long result = recording.a(step);
        Term function = recording.term(step);
        if (result >= 0
                || result < -HIGHEST_ERRNO
                || function.result() != Term.Operand.ERRNO
                || function.source().isEmpty()
                || result == Errno.EPROBE_DEFER.negative()) {
            return Optional.empty();
        }
        String words = function.name() + " of " + thing(step) + " returns " + Errno.describe(result);
        return Optional.of(new Sign(step, Effect.ERROR, words, words, recording.lane(step) != Lane.DRIVER));
    }

    private Optional<Sign> sign(int step, Effect effect, String words) {
        return Optional.of(new Sign(step, effect, words, words, true));
    }

    private String line(int step) {
        Event event = recording.event(step);
        return text.text(event);
    }

    private String thing(int step) {
        return recording.machine().labelOf(recording.objectId(step));
    }
}
