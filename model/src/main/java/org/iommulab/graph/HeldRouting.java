package org.iommulab.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graphstream.graph.Edge;
import org.iommulab.user.held.HeldKind;

/**
 * Leads the lines of what a program holds: through the channel behind the domains into their far side, and inside an open
 * /dev/iommu along the right of the rows from what stands on something up to that. Files in groups and devices need none.
 */
final class HeldRouting {
    private static final double RADIUS = 5;
    private static final double LANE = 5;
    private static final double EDGE = 12;

    private final Map<Integer, Box> boxes;
    private final List<Route> routes;
    private final Map<Integer, HeldView> held = new LinkedHashMap<>();
    private final List<Integer> domains;
    private final List<Edge> edges;

    HeldRouting(Parts parts, Map<Integer, Box> boxes, List<Route> routes) {
        this.boxes = boxes;
        this.routes = routes;
        this.domains = parts.domains();
        this.edges = parts.edges().stream()
                .filter(edge -> edge.getAttribute("kind") == EdgeKind.HELD)
                .toList();
        parts.held().forEach(each -> held.put(each.id(), each));
    }

    void lead() {
        held.values().forEach(each -> {
            feed(each);
            below(each);
        });
    }

    private List<Edge> edges(HeldView from) {
        return edges.stream()
                .filter(edge -> edge.getSourceNode().getId().equals(LiveGraph.name(from.id())))
                .sorted(Comparator.comparingDouble((Edge edge) -> Optional.ofNullable(boxes.get(to(edge)))
                                .map(Box::y)
                                .orElse(0.0))
                        .thenComparing(Edge::getId))
                .toList();
    }

    private static int to(Edge edge) {
        return Integer.parseInt(edge.getTargetNode().getId());
    }

    private void feed(HeldView from) {
        List<Edge> into =
                edges(from).stream().filter(edge -> domains.contains(to(edge))).toList();
        Box own = boxes.get(from.id());
        for (int i = 0; i < into.size() && own != null; i++) {
            Box domain = Known.in(boxes, to(into.get(i)));
            double x = own.x();
            double y = into.size() == 1
                    ? own.middleY()
                    : own.y() + EDGE + (own.height() - 2 * EDGE) * i / (into.size() - 1);
            Path path = new Path.Builder(x, y)
                    .level(domain.right(), domain.middleY())
                    .end();
            routes.add(new Route(into.get(i).getId(), EdgeKind.HELD, from.id(), to(into.get(i)), path));
        }
    }

    private void below(HeldView from) {
        Box own = boxes.get(from.id());
        for (Edge edge : new ArrayList<>(edges(from))) {
            HeldView parent = held.get(to(edge));
            Box above = boxes.get(to(edge));
            if (own == null || parent == null || above == null || from.kind() == HeldKind.ACCESS) {
                continue;
            }
            double x = above.right() - LANE;
            Path path = new Path.Builder(own.right(), own.middleY())
                    .corner(x, own.middleY(), x, above.bottom(), RADIUS)
                    .straight(x, above.bottom())
                    .end();
            routes.add(new Route(edge.getId(), EdgeKind.HELD, from.id(), parent.id(), path));
        }
    }
}
