package org.iommulab.explore.why;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.kernel.Errno;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Events;
import org.iommulab.sim.Term;
import org.iommulab.words.EventText;

/** Everything in a run that is red, in the order of steps. */
public final class Harms {
    private static final int HIGHEST_ERRNO = 4095;
    /** What they return says only that nobody deals with the fault. */
    private static final Set<String> OF_FAULTS = Set.of("report_iommu_fault", "arm_smmu_handle_evt");

    /** Besides returns. */
    private static final Set<EventKind> HARMFUL = EnumSet.of(
            EventKind.WARN, EventKind.OOPS, EventKind.HANG, EventKind.FAULT, EventKind.USE_AFTER_FREE, EventKind.CHECK);

    private final Events recording;
    private final EventText text;

    private Harms(Events recording) {
        this.recording = recording;
        this.text = new EventText(recording);
    }

    /** Of a run by itself. Errors that only one function gets are no harm yet. */
    public static List<Harm> of(Run run) {
        var harms = new ArrayList<Harm>();
        behind(run.recording(), 0).stream()
                .filter(harm -> harm.kind() != Harm.Kind.ERROR)
                .forEach(harms::add);
        for (Chapter chapter : run.chapters()) {
            if (chapter.reached() && chapter.result().startsWith("-")) {
                harms.add(ofAct(chapter, Harm.Kind.ACT, "gets " + chapter.result()));
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

    /** What is wrong in the events behind a step, every error that a function returns included. */
    public static List<Harm> behind(Events recording, int step) {
        var harms = new Harms(recording);
        var found = new ArrayList<Harm>();
        for (int at = step + 1; at <= recording.length(); at++) {
            EventKind kind = recording.kind(at);
            // most events are returns, and most of them are good
            if (HARMFUL.contains(kind) || kind == EventKind.LEAVE && recording.a(at) < 0) {
                Optional<Harm> harm = harms.at(at);
                if (harm.isPresent()) {
                    found.add(harm.get());
                }
            }
        }
        return found;
    }

    /** What becomes of an act of the story. */
    public static Harm ofAct(Chapter chapter, Harm.Kind kind, String what) {
        return new Harm(chapter.lastStep(), kind, "'" + chapter.title() + "' " + what);
    }

    private Optional<Harm> at(int step) {
        return switch (recording.kind(step)) {
            case WARN ->
                harm(step, Harm.Kind.WARN, "WARN in " + recording.term(step).name());
            case OOPS -> harm(step, Harm.Kind.OOPS, text.text(recording.event(step)));
            case HANG -> harm(step, Harm.Kind.HANG, text.text(recording.event(step)));
            case FAULT -> harm(step, Harm.Kind.FAULT, text.text(recording.event(step)));
            case USE_AFTER_FREE -> harm(step, Harm.Kind.USE_AFTER_FREE, text.text(recording.event(step)));
            case CHECK -> recording.a(step) == recording.b(step) ? Optional.empty() : wrongPicture(step);
            case LEAVE -> error(recording, step);
            default -> Optional.empty();
        };
    }

    private Optional<Harm> wrongPicture(int step) {
        return harm(
                step,
                Harm.Kind.WRONG_DATA,
                thing(recording, step) + " shows a wrong picture: " + recording.a(step) + " of " + recording.b(step)
                        + " right");
    }

    private static Optional<Harm> harm(int step, Harm.Kind kind, String words) {
        return Optional.of(new Harm(step, kind, words));
    }

    /** The error that a function of the kernel's returns at a step; to be asked again later is none. */
    static Optional<Harm> error(Events recording, int step) {
        return isError(recording, step)
                ? harm(step, Harm.Kind.ERROR, call(recording, step) + " returns " + Errno.describe(recording.a(step)))
                : Optional.empty();
    }

    static boolean isError(Events recording, int step) {
        Term function = recording.term(step);
        long result = recording.a(step);
        return recording.kind(step) == EventKind.LEAVE
                && function.result() == Term.Operand.ERRNO
                && !function.source().isEmpty()
                && result < 0
                && result >= -HIGHEST_ERRNO
                && result != Errno.EPROBE_DEFER.negative()
                && !OF_FAULTS.contains(function.name());
    }

    /** A function with whom it is about. */
    static String call(Events recording, int step) {
        String thing = thing(recording, step);
        return recording.term(step).name() + (thing.isEmpty() ? "" : " of " + thing);
    }

    private static String thing(Events recording, int step) {
        return recording.objectId(step) == 0 ? "" : recording.labels().labelOf(recording.objectId(step));
    }
}
