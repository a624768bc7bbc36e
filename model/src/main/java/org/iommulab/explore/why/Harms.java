package org.iommulab.explore.why;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.Errno;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;
import org.iommulab.words.EventText;

/** Everything in a run that is red, in the order of steps. Errors that only one function gets are no harm yet. */
public final class Harms {
    private Harms() {}

    public static List<Harm> of(Run run) {
        var harms = new ArrayList<Harm>();
        Recording recording = run.recording();
        for (int step = 1; step <= recording.length(); step++) {
            event(recording, step).ifPresent(harms::add);
        }
        for (Chapter chapter : run.chapters()) {
            if (chapter.reached() && chapter.result().startsWith("-")) {
                harms.add(new Harm(
                        chapter.lastStep(), Harm.Kind.ACT, "'" + chapter.title() + "' gets " + chapter.result()));
            }
        }
        if (run instanceof PlayedRun played) {
            rules(played.rules(), harms);
        }
        harms.sort(Comparator.comparingInt(Harm::step));
        return harms;
    }

    private static void rules(RuleHistory history, List<Harm> harms) {
        for (int i = 0; i < Rule.ALL.size(); i++) {
            history.firstBreach(i)
                    .ifPresent(breach -> harms.add(new Harm(breach.step(), Harm.Kind.RULE, breach.sentence())));
        }
    }

    /** What is wrong in an event itself. */
    static Optional<Harm> event(Recording recording, int step) {
        Event event = recording.event(step);
        return switch (event) {
            case Event.Warn _ ->
                Optional.of(
                        new Harm(step, Harm.Kind.WARN, "WARN in " + event.term().name()));
            case Event.Oops _ -> text(recording, event, Harm.Kind.OOPS);
            case Event.Hang _ -> text(recording, event, Harm.Kind.HANG);
            case Event.Fault _ -> text(recording, event, Harm.Kind.FAULT);
            case Event.UseAfterFree _ -> text(recording, event, Harm.Kind.USE_AFTER_FREE);
            case Event.Check check when check.good() != check.total() -> text(recording, event, Harm.Kind.WRONG_DATA);
            default -> Optional.empty();
        };
    }

    private static Optional<Harm> text(Recording recording, Event event, Harm.Kind kind) {
        return Optional.of(new Harm(event.step(), kind, new EventText(recording).text(event)));
    }

    /** The error that a function returns at a step. */
    static Optional<Harm> error(Recording recording, int step) {
        return recording.event(step) instanceof Event.Leave leave && isError(leave)
                ? Optional.of(new Harm(
                        step,
                        Harm.Kind.ERROR,
                        leave.term().name() + of(recording, leave.object()) + " returns "
                                + Errno.describe(leave.result())))
                : Optional.empty();
    }

    static boolean isError(Event.Leave leave) {
        return leave.term().result() == Term.Operand.ERRNO && leave.result() < 0;
    }

    private static String of(Recording recording, int object) {
        return object == 0 ? "" : " of " + recording.machine().labelOf(object);
    }
}
