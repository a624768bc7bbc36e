package org.iommulab.app.graph;

import java.util.Comparator;
import java.util.List;
import org.iommulab.graph.Box;
import org.iommulab.graph.Known;

/** Where the keyboard goes from thing to thing. */
final class Steering {
    private Steering() {}

    /** The nearest thing in that direction; where there is none, the same. From nowhere: the first. */
    static int next(GraphScene scene, int from, int dx, int dy) {
        List<Integer> all = scene.choosable();
        if (all.isEmpty()) {
            return 0;
        }
        Box start = scene.layout().boxes().get(from);
        if (start == null) {
            return all.getFirst();
        }
        return all.stream()
                .filter(id -> id != from)
                .filter(id -> ahead(start, Known.in(scene.layout().boxes(), id), dx, dy) > 1)
                .min(Comparator.comparingDouble(
                        id -> cost(start, Known.in(scene.layout().boxes(), id), dx, dy)))
                .orElse(from);
    }

    /** A group is left through its edge; its devices start below its own middle. */
    private static double ahead(Box from, Box to, int dx, int dy) {
        return dx * (to.x() - from.x()) * (Math.abs(to.x() - from.x()) < 20 ? 0 : 1) + dy * (to.y() - from.y());
    }

    private static double cost(Box from, Box to, int dx, int dy) {
        double along = ahead(from, to, dx, dy);
        double aside = Math.abs(dx != 0 ? to.middleY() - from.middleY() : to.middleX() - from.middleX());
        return along + 3 * aside;
    }
}
