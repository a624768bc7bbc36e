package org.iommulab.explore.why;

import java.util.List;

/**
 * The way from a cause to a harm.
 *
 * @param links in the order of steps, the cause first, the harm last; never empty
 */
public record Chain(Harm harm, List<Link> links) {
    public Chain {
        links = List.copyOf(links);
    }

    /**
     * One step of the way.
     *
     * @param words what happens there, a clause without a full stop
     */
    public record Link(int step, String words) {}
}
