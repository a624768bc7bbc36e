package org.iommulab.explore.why;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the steps of a way, and leaves out what says least. */
final class Way {
    private final int most;

    /** @param most how many links there may be */
    Way(int most) {
        this.most = most;
    }

    /** How much would be lost without it, the most first. */
    enum Weight {
        /** The cause and the harm. */
        END,
        /** What leads from the one to the other. */
        BETWEEN,
        /** What a person sees of it. */
        SEEN,
        /** Says little more than another. */
        MORE
    }

    private record Stop(Chain.Link link, Weight weight, boolean harm) {}

    private final Map<String, Stop> stops = new LinkedHashMap<>();

    void add(Weight weight, Chain.Link link) {
        add(new Stop(link, weight, false));
    }

    void add(Weight weight, Harm harm) {
        add(new Stop(harm.link(), weight, true));
    }

    private void add(Stop stop) {
        stops.merge(
                stop.link().words(), stop, (old, again) -> again.weight().compareTo(old.weight()) < 0 ? again : old);
    }

    /** In the order of steps; of harms at the same step one. */
    List<Chain.Link> links() {
        var left = new ArrayList<>(stops.values());
        left.sort(Comparator.comparingInt(stop -> stop.link().step()));
        for (int i = left.size() - 1; i > 0; i--) {
            Stop before = left.get(i - 1);
            Stop here = left.get(i);
            if (here.harm()
                    && before.harm()
                    && here.link().step() == before.link().step()) {
                left.remove(here.weight().compareTo(before.weight()) <= 0 ? before : here);
            }
        }
        while (left.size() > most) {
            int least = 0;
            for (int i = 1; i < left.size(); i++) {
                least = left.get(i).weight().compareTo(left.get(least).weight()) >= 0 ? i : least;
            }
            left.remove(least);
        }
        return left.stream().map(Stop::link).toList();
    }
}
