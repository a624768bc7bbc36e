package org.iommulab.explore.why;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Events;
import org.iommulab.sim.Term;
import org.iommulab.words.EventText;
import org.iommulab.words.Operands;

/**
 * A broken run beside the usual one: what the parting alone has changed.
 *
 * @param acts of the broken run
 * @param usualActs the same acts in the usual run
 * @param same how many first steps are the same in both
 */
public record Parted(Events broken, List<Chapter> acts, Events usual, List<Chapter> usualActs, int same) {
    /** What the core, a driver and the DMA API believe. */
    private static final Set<String> BELIEFS = Set.of(
            "group.domain",
            "group.owner",
            "owner.domain",
            "iommu.domain",
            "data.domain",
            "domain",
            "dma_ops",
            "archdata.mapping");

    private record Field(int object, String name) {
        static Field of(Events recording, int step) {
            return new Field(recording.objectId(step), recording.term(step).name());
        }
    }

    int parting() {
        return same + 1;
    }

    /** The first belief that the usual run gives up in the act where they part, and what becomes of it instead. */
    Optional<Chain.Link> belief() {
        int last = lastOf(usualActs, usual);
        var seen = new HashSet<Field>();
        for (int step = parting(); step <= last; step++) {
            if (usual.kind(step) == EventKind.CHANGED
                    && BELIEFS.contains(usual.term(step).name())
                    && seen.add(Field.of(usual, step))
                    && usual.a(step) != 0) {
                Optional<Chain.Link> link = instead(step);
                if (link.isPresent()) {
                    return link;
                }
            }
        }
        return Optional.empty();
    }

    // the run may have ended before it came so far: then it says nothing
    private Optional<Chain.Link> instead(int usualStep) {
        Field field = Field.of(usual, usualStep);
        int last = lastOf(acts, broken);
        for (int step = parting(); step <= last; step++) {
            if (broken.kind(step) == EventKind.CHANGED && Field.of(broken, step).equals(field)) {
                return broken.b(step) == usual.b(usualStep) || broken.b(step) == 0
                        ? Optional.empty()
                        : Optional.of(new Chain.Link(
                                step,
                                label(broken, field.object()) + " gets " + label(broken, (int) broken.b(step))
                                        + (usual.b(usualStep) == 0
                                                ? ""
                                                : ", not " + label(usual, (int) usual.b(usualStep)))));
            }
        }
        return endsEarly()
                ? Optional.empty()
                : Optional.of(new Chain.Link(
                        parting(), label(usual, field.object()) + " keeps " + label(usual, (int) usual.a(usualStep))));
    }

    private boolean endsEarly() {
        return dies() && lastOf(acts, broken) == broken.length();
    }

    private boolean dies() {
        EventKind end = broken.kind(broken.length());
        return end == EventKind.OOPS || end == EventKind.HANG || acts.stream().anyMatch(act -> !act.reached());
    }

    /** What the innermost call around the parting returns that returns something else than usual. */
    Optional<Chain.Link> result() {
        if (parting() > broken.length() || parting() > usual.length()) {
            return Optional.empty();
        }
        var here = new Frames(broken);
        var there = new Frames(usual);
        for (int call : here.around(parting())) {
            int end = here.end(call);
            int usualEnd = there.end(call);
            Term function = broken.term(end);
            if (broken.kind(end) != EventKind.LEAVE) {
                return Optional.empty();
            }
            if (usual.kind(usualEnd) != EventKind.LEAVE) {
                return Optional.of(new Chain.Link(
                        end, Harms.call(broken, end) + " returns, where usually comes: " + text(usual, usualEnd)));
            }
            if (function.result() != Term.Operand.NONE
                    && function.result() != Term.Operand.OBJECT
                    && broken.a(end) != usual.a(usualEnd)) {
                String words = Harms.error(broken, end)
                        .map(Harm::words)
                        .orElseGet(() -> Harms.call(broken, end) + " returns "
                                + Operands.text(broken.labels(), function.result(), broken.a(end)) + ", not "
                                + Operands.text(usual.labels(), function.result(), usual.a(usualEnd)));
                return Optional.of(new Chain.Link(end, words));
            }
        }
        return Optional.empty();
    }

    /** The first call that only one of the two makes: up to the end of the act, else of the run. */
    Optional<Chain.Link> call() {
        return call(lastOf(acts, broken), lastOf(usualActs, usual)).or(() -> call(broken.length(), usual.length()));
    }

    private Optional<Chain.Link> call(int last, int usualLast) {
        Optional<Integer> more = first(broken, last, calls(usual, usualLast));
        Optional<Integer> less = dies() ? Optional.empty() : first(usual, usualLast, calls(broken, last));
        if (more.isPresent() && (less.isEmpty() || more.get() <= less.get())) {
            return Optional.of(new Chain.Link(more.get(), text(broken, more.get()) + " is called instead"));
        }
        return less.map(step -> new Chain.Link(parting(), text(usual, step) + " is left out"));
    }

    private Map<String, Integer> calls(Events recording, int last) {
        var calls = new HashMap<String, Integer>();
        for (int step : entries(recording, last)) {
            calls.merge(recording.term(step).name(), 1, Integer::sum);
        }
        return calls;
    }

    private Optional<Integer> first(Events recording, int last, Map<String, Integer> others) {
        var left = new HashMap<>(others);
        for (int step : entries(recording, last)) {
            if (left.merge(recording.term(step).name(), -1, Integer::sum) < 0
                    && (parting() > usual.length() || usual.term(parting()) != recording.term(step))) {
                return Optional.of(step);
            }
        }
        return Optional.empty();
    }

    /** The calls of functions behind the parting, less what begins there in the usual run: the callback's own. */
    private List<Integer> entries(Events recording, int last) {
        var entries = new ArrayList<Integer>();
        int inside = Integer.MAX_VALUE;
        for (int step = parting(); step <= last; step++) {
            if (recording.depth(step) <= inside) {
                inside = recording == usual && step == parting() ? recording.depth(step) : Integer.MAX_VALUE;
            }
            if (inside == Integer.MAX_VALUE && recording.kind(step) == EventKind.ENTER) {
                entries.add(step);
            }
        }
        return entries;
    }

    private int lastOf(List<Chapter> acts, Events recording) {
        return acts.stream()
                .filter(act -> act.reached() && act.firstStep() <= parting() && parting() <= act.lastStep())
                .findFirst()
                .map(Chapter::lastStep)
                .orElse(Math.min(parting(), recording.length()));
    }

    private static String text(Events recording, int step) {
        return new EventText(recording).text(recording.event(step));
    }

    private static String label(Events recording, int object) {
        return new Names(recording).of(object);
    }
}
