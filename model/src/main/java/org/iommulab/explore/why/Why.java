package org.iommulab.explore.why;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.iommulab.explore.why.Way.Weight;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Events;

/**
 * Finds the way to a harm. In a run by itself the cause is a callback that was asked for and was not there, nearest
 * before the harm; beside the usual run it is where the two part. Between cause and harm stand what was held on to, what
 * the parting alone has changed, and whatever else went wrong. May be called from any thread: it looks at events alone.
 */
public final class Why {
    private final Events recording;
    private final List<Chapter> acts;
    private final Frames frames;
    private final Way way;

    private Why(Events recording, List<Chapter> acts, int most) {
        this.way = new Way(most);
        this.recording = recording;
        this.acts = acts;
        this.frames = new Frames(recording);
    }

    // ---- a run by itself

    /** The way to what is red at this step, else to the nearest red step before it, else behind it. */
    public static Optional<Chain> of(Run run, int step) {
        List<Harm> harms = Harms.of(run);
        return harmAt(
                        harms,
                        run.recording(),
                        Math.clamp(step, 0, run.recording().length()))
                .map(harm -> new Why(run.recording(), run.chapters(), 6).chain(run, harms, harm));
    }

    private static Optional<Harm> harmAt(List<Harm> harms, Events recording, int step) {
        Optional<Harm> here = harms.stream().filter(harm -> harm.step() == step).max(Comparator.comparing(Harm::kind));
        return here.or(() -> step == 0 ? Optional.empty() : Harms.error(recording, step))
                .or(() -> harms.stream().filter(harm -> harm.step() < step).reduce((_, later) -> later))
                .or(() -> harms.stream().findFirst());
    }

    private Chain chain(Run run, List<Harm> harms, Harm harm) {
        int origin = origin(harm);
        int cause = cause(run, harms, origin);
        if (cause != 0) {
            way.add(Weight.END, new Chain.Link(cause, missing(cause)));
            kept(cause, Math.min(origin, act(cause).lastStep()));
        }
        int from = cause == 0 ? act(origin).firstStep() : cause;
        between(harms.stream()
                .filter(other -> other.step() >= from && other.step() < harm.step())
                .toList());
        if (origin != harm.step()) {
            Harms.error(recording, origin).ifPresent(error -> way.add(Weight.BETWEEN, error));
        }
        way.add(Weight.END, harm);
        return new Chain(harm, way.links());
    }

    /** The step at which the callback was not there that this came of; 0 for none. */
    private int cause(Run run, List<Harm> harms, int origin) {
        for (int step = origin; step >= 1; step--) {
            if (recording.kind(step) == EventKind.MISSING && matters(run, harms, step)) {
                return step;
            }
        }
        return 0;
    }

    /** Whether what asked for it warned or failed at once, or somebody took the callback away on purpose. */
    private boolean matters(Run run, List<Harm> harms, int step) {
        Callback callback = Callback.of(recording.a(step));
        if (run.kernel().removed().stream().anyMatch(removal -> removal.callback() == callback)) {
            return true;
        }
        int call = frames.begin(step);
        int end = call == 0 ? step : frames.end(call);
        return harms.stream().anyMatch(harm -> harm.kind() != Harm.Kind.ACT && harm.step() > step && harm.step() <= end)
                || Harms.isError(recording, end);
    }

    private String missing(int step) {
        int object = recording.objectId(step);
        String whom = object == 0 ? "" : " for " + recording.labels().labelOf(object);
        return Callback.of(recording.a(step)).isNotThere() + whom;
    }

    // ---- a run beside the usual one

    /**
     * The way from where two runs part to the worst that comes of it, and to what a person sees last.
     *
     * @param cause what was done, at the step where they part
     * @param harms what only the broken run has, in the order of steps
     * @param worst the first of the worst of them
     */
    public static List<Chain.Link> of(Parted runs, Chain.Link cause, List<Harm> harms, Harm worst) {
        return new Why(runs.broken(), runs.acts(), 7).chain(runs, cause, harms, worst);
    }

    private List<Chain.Link> chain(Parted runs, Chain.Link cause, List<Harm> harms, Harm worst) {
        way.add(Weight.END, cause);
        way.add(Weight.END, worst);
        if (worst.step() != cause.step()) {
            Optional<Chain.Link> changed = runs.result();
            changed.ifPresent(link -> way.add(Weight.BETWEEN, link));
            if (!kept(cause.step(), act(cause.step()).lastStep())) {
                runs.belief()
                        .or(() -> changed.isPresent() ? Optional.empty() : runs.call())
                        .ifPresent(link -> way.add(Weight.BETWEEN, link));
            }
        }
        between(harms);
        harms.stream()
                .filter(harm -> harm.kind() == Harm.Kind.ACT)
                .findFirst()
                .flatMap(act -> Harms.error(recording, origin(act)))
                .filter(error -> error.step() > cause.step())
                .ifPresent(error -> way.add(Weight.BETWEEN, error));
        harms.stream().filter(Harm::isAct).reduce((_, later) -> later).ifPresent(act -> way.add(Weight.END, act));
        return way.links();
    }

    // ---- both

    /** Who held on to what after a callback was not there; whether there is something of note. */
    private boolean kept(int cause, int last) {
        Optional<Chain.Link> kept = Beliefs.kept(recording, cause, frames.around(cause), last);
        kept.ifPresent(link -> way.add(Weight.BETWEEN, link));
        return kept.isPresent();
    }

    /** The first harm of each kind, and of some kinds the others too. */
    private void between(List<Harm> harms) {
        var kinds = EnumSet.noneOf(Harm.Kind.class);
        for (Harm harm : harms) {
            if (kinds.add(harm.kind())) {
                way.add(harm.isAct() ? Weight.SEEN : Weight.BETWEEN, harm);
            } else if (harm.kind() == Harm.Kind.WARN || harm.kind() == Harm.Kind.RULE) {
                way.add(Weight.MORE, harm);
            }
        }
    }

    /** Where an error was first returned that was then handed up and up. */
    private int origin(Harm harm) {
        int at = harm.step();
        if (harm.kind() == Harm.Kind.ACT) {
            at = lastReturn(act(harm.step()), harm.step());
        }
        while (at > 0 && Harms.isError(recording, at)) {
            int inner = innerReturn(frames.begin(at), at);
            if (inner == 0) {
                return at;
            }
            at = inner;
        }
        return at == 0 ? harm.step() : at;
    }

    private int lastReturn(Chapter act, int step) {
        for (int at = step; at >= act.firstStep(); at--) {
            if (Harms.isError(recording, at)) {
                return at;
            }
        }
        return 0;
    }

    /** The last return of the same error from a call inside this one; 0 for none. */
    private int innerReturn(int begin, int end) {
        for (int at = end - 1; at > begin && begin != 0; at--) {
            if (recording.depth(at) > recording.depth(end)
                    && Harms.isError(recording, at)
                    && recording.a(at) == recording.a(end)) {
                return at;
            }
        }
        return 0;
    }

    /** The act of the story that a step belongs to; the whole recording where there are none. */
    private Chapter act(int step) {
        return acts.stream()
                .filter(act -> act.reached() && act.firstStep() <= step)
                .reduce((_, later) -> later)
                .orElse(new Chapter(0, "", "", 1, recording.length(), ""));
    }
}
