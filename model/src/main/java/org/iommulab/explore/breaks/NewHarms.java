package org.iommulab.explore.breaks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.explore.why.Harm;
import org.iommulab.scenario.Chapter;

/** Sorts out which harms a broken run has more than the usual one: each of the usual ones excuses one like it. */
final class NewHarms {
    private final List<Chapter> acts;
    private final List<Chapter> usualActs;
    private List<Harm> now;
    private List<Harm> usual;

    private NewHarms(List<Harm> now, List<Chapter> acts, List<Harm> usual, List<Chapter> usualActs) {
        this.acts = acts;
        this.usualActs = usualActs;
        this.now = now;
        this.usual = usual;
    }

    /**
     * Of the same act first, then of any. A fault beside another one of the usual run in the same act is no more than
     * another way to be refused.
     */
    static List<Harm> of(List<Harm> now, List<Chapter> acts, List<Harm> usual, List<Chapter> usualActs) {
        var harms = new NewHarms(now, acts, usual, usualActs);
        harms.excuse((act, harm) -> act + harm.words());
        harms.excuse((_, harm) -> harm.words());
        return harms.now.stream().map(harms::orOtherFault).toList();
    }

    private Harm orOtherFault(Harm harm) {
        return usual.stream()
                .filter(other -> harm.kind() == Harm.Kind.FAULT && other.kind() == Harm.Kind.FAULT)
                .filter(other -> act(usualActs, other) == act(acts, harm))
                .findFirst()
                .map(other ->
                        new Harm(harm.step(), Harm.Kind.OTHERWISE, harm.words() + ", instead of " + other.words()))
                .orElse(harm);
    }

    private interface Likeness {
        /** The same for harms that are alike. */
        String key(int act, Harm harm);
    }

    // of several that are alike the last are excused: what is new is what came first
    private void excuse(Likeness likeness) {
        if (usual.isEmpty() || now.isEmpty()) {
            return;
        }
        Map<String, Deque<Harm>> excuses = new HashMap<>();
        for (Harm harm : usual) {
            String key = likeness.key(act(usualActs, harm), harm);
            excuses.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(harm);
        }
        var left = new ArrayList<Harm>();
        for (Harm harm : now.reversed()) {
            Deque<Harm> some = excuses.getOrDefault(likeness.key(act(acts, harm), harm), new ArrayDeque<>());
            if (some.pollLast() == null) {
                left.addFirst(harm);
            }
        }
        now = left;
        usual = excuses.values().stream()
                .flatMap(Deque::stream)
                .sorted(Comparator.comparingInt(Harm::step))
                .toList();
    }

    private static int act(List<Chapter> acts, Harm harm) {
        for (Chapter act : acts.reversed()) {
            if (act.reached() && act.firstStep() <= harm.step()) {
                return act.index();
            }
        }
        return 0;
    }
}
