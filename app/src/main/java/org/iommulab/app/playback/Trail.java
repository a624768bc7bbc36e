package org.iommulab.app.playback;

import java.util.List;
import java.util.OptionalInt;

/**
 * The way from a cause to a harm through a recording, to be marked and walked along.
 *
 * @param title what it leads to: {@code hang in exynos_iommu_domain_free}
 * @param links in the order of time, the cause first, the harm last; never empty
 */
public record Trail(String title, List<Link> links) {
    public Trail {
        links = List.copyOf(links);
        if (links.isEmpty()) {
            throw new IllegalArgumentException("a way of no steps");
        }
    }

    /**
     * One step of the way.
     *
     * @param step of the recording
     * @param words what happens there, in a clause
     */
    public record Link(int step, String words) {}

    /** The index of the last link at or before this step; -1 before all of them. */
    public int at(int step) {
        int found = -1;
        for (int i = 0; i < links.size(); i++) {
            if (links.get(i).step() <= step) {
                found = i;
            }
        }
        return found;
    }

    /** The step of the next link after this step. */
    public OptionalInt after(int step) {
        return links.stream().mapToInt(Link::step).filter(other -> other > step).min();
    }

    /** The step of the nearest link before this step. */
    public OptionalInt before(int step) {
        return links.stream().mapToInt(Link::step).filter(other -> other < step).max();
    }

    public int first() {
        return links.stream().mapToInt(Link::step).min().orElseThrow();
    }

    public int last() {
        return links.stream().mapToInt(Link::step).max().orElseThrow();
    }
}
