package org.iommulab.app.export;

import java.util.List;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;

/** The panes that stand below the graph, from left to right. */
final class Panes {
    private Panes() {}

    static List<Painting> of(Run run, int step, Moment moment) {
        return List.of();
    }
}
