package org.iommulab.explore.why;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The way from a cause to a harm.
 *
 * @param links in the order of steps, the cause first; never empty
 */
public record Chain(Harm harm, List<Link> links) {
    public Chain {
        links = List.copyOf(links);
    }

    /** In one sentence, without a full stop. */
    public static String sentence(List<Link> links) {
        return links.stream().map(Link::words).collect(Collectors.joining(" → "));
    }

    /**
     * One step of the way.
     *
     * @param words what happens there, a clause without a full stop
     */
    public record Link(int step, String words) {}
}
