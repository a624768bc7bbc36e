package org.iommulab.explore.why;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/**
 * Finds the way to a harm. The cause is a callback that was asked for and was not there, nearest before the harm: in the
 * same act of the story, else in the nearest act before that has one. Between the two stand what was held on to, and
 * whatever else went wrong. May be called from any thread: it looks at events alone.
 */
public final class Why {
    private static final int MOST = 6;

    private final Run run;
    private final Recording recording;
    private final Frames frames;
    private final List<Harm> harms;

    private Why(Run run) {
        this.run = run;
        this.recording = run.recording();
        this.frames = new Frames(recording);
        this.harms = Harms.of(run);
    }

    /** The way to what is red at this step, else to the nearest red step before it, else behind it. */
    public static Optional<Chain> of(Run run, int step) {
        var why = new Why(run);
        return why.harmAt(Math.clamp(step, 0, run.recording().length())).map(why::chain);
    }

    private Optional<Harm> harmAt(int step) {
        Optional<Harm> here = harms.stream().filter(harm -> harm.step() == step).max(Comparator.comparing(Harm::kind));
        return here.or(() -> step == 0 ? Optional.empty() : Harms.error(recording, step))
                .or(() -> harms.stream().filter(harm -> harm.step() < step).reduce((_, later) -> later))
                .or(() -> harms.stream().findFirst());
    }

    private Chain chain(Harm harm) {
        var links = new LinkedHashMap<String, Chain.Link>();
        int origin = origin(harm);
        int cause = cause(origin);
        if (cause != 0) {
            put(links, cause, missing(cause));
            Beliefs.kept(
                            recording,
                            cause,
                            frames.around(cause),
                            Math.min(origin, act(cause).lastStep()))
                    .ifPresent(link -> put(links, link.step(), link.words()));
        }
        int from = cause == 0 ? act(origin).firstStep() : cause;
        for (Harm other : harms) {
            if (other.step() >= from && other.step() < harm.step()) {
                put(links, other.step(), other.words());
            }
        }
        if (origin != harm.step()) {
            Harms.error(recording, origin).ifPresent(error -> put(links, error.step(), error.words()));
        }
        put(links, harm.step(), harm.words());
        return new Chain(harm, few(new ArrayList<>(links.values()), origin));
    }

    private static void put(LinkedHashMap<String, Chain.Link> links, int step, String words) {
        links.putIfAbsent(words, new Chain.Link(step, words));
    }

    /** The cause, what follows at once, the last ones; each step once, in order. */
    private List<Chain.Link> few(List<Chain.Link> links, int origin) {
        links.sort(Comparator.comparingInt(Chain.Link::step));
        for (int i = links.size() - 1; i > 0; i--) {
            if (links.get(i).step() == links.get(i - 1).step()) {
                links.remove(i - 1);
            }
        }
        // What is left out first: warnings in the middle, for each says little more than the one before.
        for (int i = links.size() - 2; i > 1 && links.size() > MOST; i--) {
            if (recording.kind(Math.max(1, links.get(i).step())) == EventKind.WARN) {
                links.remove(i);
            }
        }
        while (links.size() > MOST) {
            links.remove(links.get(MOST / 2).step() == origin ? MOST / 2 + 1 : MOST / 2);
        }
        return links;
    }

    /** Where an error was first returned that was then handed up and up. */
    private int origin(Harm harm) {
        int at = harm.step();
        if (harm.kind() == Harm.Kind.ACT) {
            at = lastReturn(act(harm.step()), harm.step());
        }
        while (at > 0 && recording.event(at) instanceof Event.Leave leave && Harms.isError(leave)) {
            int inner = innerReturn(frames.begin(at), at, leave);
            if (inner == 0) {
                return at;
            }
            at = inner;
        }
        return at == 0 ? harm.step() : at;
    }

    private int lastReturn(Chapter act, int step) {
        for (int at = step; at >= act.firstStep(); at--) {
            if (recording.event(at) instanceof Event.Leave leave && Harms.isError(leave)) {
                return at;
            }
        }
        return 0;
    }

    /** The last return of the same error from a call inside this one; 0 for none. */
    private int innerReturn(int begin, int end, Event.Leave outer) {
        for (int at = end - 1; at > begin && begin != 0; at--) {
            if (recording.event(at) instanceof Event.Leave leave
                    && leave.depth() > outer.depth()
                    && Harms.isError(leave)
                    && leave.result() == outer.result()) {
                return at;
            }
        }
        return 0;
    }

    /** The step at which the callback was not there that this came of; 0 for none. */
    private int cause(int origin) {
        for (int step = origin; step >= 1; step--) {
            if (recording.kind(step) == EventKind.MISSING && matters(step)) {
                return step;
            }
        }
        return 0;
    }

    /** Whether what asked for it warned or failed at once, or somebody took the callback away on purpose. */
    private boolean matters(int step) {
        Callback callback = callback(step);
        if (run.kernel().removed().stream().anyMatch(removal -> removal.callback() == callback)) {
            return true;
        }
        int call = frames.begin(step);
        int end = call == 0 ? step : frames.end(call);
        return harms.stream().anyMatch(harm -> harm.kind() != Harm.Kind.ACT && harm.step() > step && harm.step() <= end)
                || recording.event(end) instanceof Event.Leave leave && Harms.isError(leave);
    }

    private Callback callback(int step) {
        return Callback.of(((Event.Missing) recording.event(step)).callback());
    }

    private String missing(int step) {
        int object = recording.objectId(step);
        String whom = object == 0 ? "" : " for " + recording.machine().labelOf(object);
        return callback(step).isNotThere() + whom;
    }

    /** The act of the story that a step belongs to; the whole recording where there are none. */
    private Chapter act(int step) {
        return run.chapters().stream()
                .filter(chapter -> chapter.reached() && chapter.firstStep() <= step)
                .reduce((_, later) -> later)
                .orElse(new Chapter(0, "", "", 1, recording.length(), ""));
    }
}
