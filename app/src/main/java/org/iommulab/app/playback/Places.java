package org.iommulab.app.playback;

import java.util.Optional;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;

/** Finds the same place of a story in another run of it. */
public final class Places {
    /** Stands for the step that {@link #beginning} finds, where no run is there yet. */
    public static final int BEGINNING = -1;

    private Places() {}

    /** Where a story begins to be told: after the machine was booted, if that is its first chapter. */
    public static int beginning(Run run) {
        return run.chapters().stream()
                .filter(chapter -> chapter.index() == 1 && chapter.reached())
                .findFirst()
                .map(Chapter::firstStep)
                .orElse(0);
    }

    /** The chapter that a step belongs to; empty before the first. */
    public static Optional<Chapter> chapterAt(Run run, int step) {
        return run.chapters().stream()
                .filter(chapter -> chapter.reached() && chapter.firstStep() <= step)
                .reduce((_, later) -> later);
    }

    /**
     * The step of {@code to} that corresponds to {@code step} of {@code from}: the n-th event of the same kind and term
     * in the same chapter; where there is none, the chapter's start; where the chapter was not reached, the end.
     */
    public static int same(Run from, int step, Run to) {
        Optional<Chapter> here = chapterAt(from, step);
        if (step == 0 || here.isEmpty()) {
            return Math.min(step, to.recording().length());
        }
        Optional<Chapter> there = to.chapters().stream()
                .filter(chapter -> chapter.index() == here.get().index() && chapter.reached())
                .findFirst();
        return there.map(chapter -> within(from.recording(), here.get(), step, to.recording(), chapter))
                .orElse(to.recording().length());
    }

    private static int within(Recording from, Chapter here, int step, Recording to, Chapter there) {
        Event event = from.event(step);
        int count = 0;
        for (int at = here.firstStep(); at <= step; at++) {
            if (alike(from, at, event)) {
                count++;
            }
        }
        for (int at = there.firstStep(); at <= Math.min(there.lastStep(), to.length()); at++) {
            if (alike(to, at, event) && --count == 0) {
                return at;
            }
        }
        return there.firstStep();
    }

    private static boolean alike(Recording recording, int at, Event event) {
        return recording.lane(at) == event.lane()
                && recording.event(at).getClass() == event.getClass()
                && recording.event(at).term() == event.term();
    }
}
