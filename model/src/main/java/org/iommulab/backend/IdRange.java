package org.iommulab.backend;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** Requester ids from the first to the last. */
public record IdRange(int first, int last) {
    public boolean has(int id) {
        return id >= first && id <= last;
    }

    /**
     * The fewest ranges that have all of one's own and nothing of what lies elsewhere: between two of one's own with
     * nothing else between them, everything is one's own.
     *
     * @param own may overlap
     * @param others ids that are not one's own
     */
    public static List<IdRange> apart(Collection<IdRange> own, Collection<Integer> others) {
        var sorted = new TreeMap<Integer, Integer>();
        own.forEach(range -> sorted.merge(range.first(), range.last(), Math::max));
        var ranges = new ArrayList<IdRange>();
        sorted.forEach((first, last) -> {
            var next = new IdRange(first, last);
            if (!ranges.isEmpty() && ranges.getLast().joins(next, others)) {
                IdRange before = ranges.removeLast();
                ranges.add(new IdRange(before.first(), Math.max(before.last(), last)));
            } else {
                ranges.add(next);
            }
        });
        return List.copyOf(ranges);
    }

    private boolean joins(IdRange next, Collection<Integer> others) {
        return others.stream().noneMatch(id -> id > last && id < next.first());
    }
}
