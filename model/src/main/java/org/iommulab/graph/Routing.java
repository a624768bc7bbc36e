package org.iommulab.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.graphstream.graph.Edge;

/**
 * Leads the lines round the boxes: wiring through the channel between owners and units, belief under the unit and on (that
 * of a group that stands higher than the unit over it, so that it crosses nobody's wiring), hardware through the channel between units and domains, physical addresses down the left margin.
 */
final class Routing {
    private static final double RADIUS = 8;
    private static final double MOST_LANES = 4;
    /** From more lines than this on, they run together. */
    private static final int CROWD = 6;

    private final Parts parts;
    private final Map<Integer, Box> boxes;
    private final Map<Integer, Layout.Card> cardOf = new HashMap<>();
    private final double ownersRight;
    private final List<Route> routes = new ArrayList<>();

    Routing(Parts parts, Map<Integer, Box> boxes, List<Layout.Card> cards) {
        this.parts = parts;
        this.boxes = boxes;
        this.ownersRight =
                cards.stream().mapToDouble(c -> c.box().right()).max().orElse(Placing.LEFT + Placing.OWNER_WIDTH);
        for (Layout.Card card : cards) {
            cardOf.put(card.id(), card);
            card.devices().forEach(device -> cardOf.put(device, card));
        }
    }

    List<Route> routes() {
        wiring();
        platform();
        intoDomains();
        new HeldRouting(parts, boxes, routes).lead();
        return routes;
    }

    private static EdgeKind kind(Edge edge) {
        return (EdgeKind) edge.getAttribute("kind");
    }

    private static int from(Edge edge) {
        return Integer.parseInt(edge.getSourceNode().getId());
    }

    private static int to(Edge edge) {
        String id = edge.getTargetNode().getId();
        return id.equals(LiveGraph.PLATFORM) ? Layout.PLATFORM : Integer.parseInt(id);
    }

    private List<Edge> edges(EdgeKind kind) {
        return parts.edges().stream()
                .filter(e -> kind(e) == kind && boxes.containsKey(from(e)))
                .sorted(Comparator.comparingDouble(
                                (Edge e) -> Known.in(boxes, from(e)).middleY())
                        .thenComparing(e -> Known.in(boxes, from(e)).x())
                        .thenComparing(Edge::getId))
                .toList();
    }

    private void wiring() {
        var byUnit = new LinkedHashMap<Integer, List<Edge>>();
        edges(EdgeKind.WIRING)
                .forEach(e ->
                        byUnit.computeIfAbsent(to(e), _ -> new ArrayList<>()).add(e));
        byUnit.forEach((unit, edges) -> {
            Box box = Known.in(boxes, unit);
            boolean crowd = edges.size() > CROWD;
            double pitch = crowd ? 0 : Math.min(14, (box.height() - 24) / edges.size());
            for (int i = 0; i < edges.size(); i++) {
                int device = from(edges.get(i));
                double y = box.middleY() + (i - (edges.size() - 1) / 2.0) * pitch;
                var path = leave(
                        Known.in(cardOf, device).box(), Known.in(boxes, device).middleY(), -4);
                if (crowd) {
                    trunk(path, trunkX(box) - 4, y).straight(box.x(), y);
                } else {
                    path.level(box.x(), y);
                }
                routes.add(new Route(edges.get(i).getId(), EdgeKind.WIRING, device, unit, path.end()));
            }
        });
    }

    /** Many lines to one unit run together in the middle of the channel. */
    private double trunkX(Box unit) {
        return (ownersRight + unit.x()) / 2;
    }

    private static Path.Builder trunk(Path.Builder path, double x, double y) {
        if (Math.abs(path.y() - y) < 2 * RADIUS) {
            return path.level(x + RADIUS, y);
        }
        double before = y - Math.signum(y - path.y()) * RADIUS;
        return path.corner(x, path.y(), x, before, RADIUS).corner(x, y, x + 2 * RADIUS, y, RADIUS);
    }

    /** To the channel right of the owners; a card that has others to its right goes through the gap below its row. */
    private Path.Builder leave(Box card, double y, double lane) {
        var path = new Path.Builder(card.right(), y);
        if (card.right() < ownersRight) {
            double gutter = card.right() + Placing.GUTTER / 2 + lane;
            double corridor = corridorBelow(card) + lane;
            path.corner(gutter, y, gutter, corridor - RADIUS, RADIUS)
                    .corner(gutter, corridor, ownersRight, corridor, RADIUS)
                    .straight(ownersRight, corridor);
        }
        return path;
    }

    /** Cards of one row may differ in height: the gap is below the tallest. */
    private double corridorBelow(Box card) {
        double bottom = cardOf.values().stream()
                .filter(c -> c.box().y() == card.y())
                .mapToDouble(c -> c.box().bottom())
                .max()
                .orElse(card.bottom());
        return bottom + Placing.ROW_GAP / 2;
    }

    private void platform() {
        List<Edge> edges = edges(EdgeKind.OPS);
        Box ops = Known.in(boxes, Layout.PLATFORM);
        for (int i = 0; i < edges.size(); i++) {
            int device = from(edges.get(i));
            Box card = Known.in(cardOf, device).box();
            double y = Known.in(boxes, device).middleY();
            double lane = Math.min(i, MOST_LANES - 1) * 6;
            var path = new Path.Builder(card.x(), y);
            if (card.x() == Placing.LEFT) {
                double x = card.x() - 10 - (MOST_LANES - 1) * 6 + lane;
                // the one that comes from highest keeps to the outside
                double end = ops.y() + ops.height() / 2 + 6 - lane;
                path.corner(x, y, x, end - RADIUS, RADIUS)
                        .corner(x, end, ops.x(), end, RADIUS)
                        .straight(ops.x(), end);
            } else {
                double x = card.x() - Placing.GUTTER / 2 + 6;
                path.corner(x, y, x, ops.middleY() - RADIUS, RADIUS)
                        .corner(x, ops.middleY(), ops.right(), ops.middleY(), RADIUS)
                        .straight(ops.right(), ops.middleY());
            }
            routes.add(new Route(edges.get(i).getId(), EdgeKind.OPS, device, Layout.PLATFORM, path.end()));
        }
    }

    /** A line on its way, before it is known where on the domain's left side it arrives. */
    private record Coming(Edge edge, int from, int to, Path.Builder path, double y) {}

    private void intoDomains() {
        var byDomain = new LinkedHashMap<Integer, List<Coming>>();
        for (Edge edge : edges(EdgeKind.HARDWARE)) {
            Box unit = Known.in(boxes, from(edge));
            add(
                    byDomain,
                    new Coming(
                            edge,
                            from(edge),
                            to(edge),
                            new Path.Builder(unit.right(), unit.middleY()),
                            unit.middleY()));
        }
        var lanes = new HashMap<Double, Integer>();
        List<Edge> beliefs = edges(EdgeKind.BELIEF).stream()
                .filter(edge -> cardOf.containsKey(from(edge)))
                .toList();
        Map<Double, Long> under = beliefs.stream()
                .flatMap(e -> nearest(from(e)).stream())
                .collect(Collectors.groupingBy(Box::y, Collectors.counting()));
        // From the unit outwards: of those that come from above the lowest is next to it, of those from below the
        // highest
        // is.
        beliefs.reversed().stream().filter(this::isOver).forEach(edge -> add(byDomain, belief(edge, lanes, under)));
        beliefs.stream().filter(edge -> !isOver(edge)).forEach(edge -> add(byDomain, belief(edge, lanes, under)));
        byDomain.forEach((domain, coming) -> {
            coming.sort(Comparator.comparingDouble(Coming::y));
            Box box = Known.in(boxes, domain);
            for (int i = 0; i < coming.size(); i++) {
                Coming line = coming.get(i);
                Path path = line.path.level(box.x(), port(box, i, coming)).end();
                routes.add(new Route(line.edge.getId(), kind(line.edge), line.from, line.to, path));
            }
        });
        routes.sort(Comparator.comparing(Route::kind));
    }

    private static void add(Map<Integer, List<Coming>> byDomain, Coming line) {
        byDomain.computeIfAbsent(line.to, _ -> new ArrayList<>()).add(line);
    }

    /** The unit's own line arrives level in the middle, its groups' above and below; a crowd shares the side evenly. */
    private static double port(Box box, int index, List<Coming> coming) {
        List<Double> hardware = coming.stream()
                .filter(line -> kind(line.edge) == EdgeKind.HARDWARE)
                .map(Coming::y)
                .distinct()
                .toList();
        double y = coming.get(index).y;
        if (hardware.size() > 1) {
            return spread(box.y() + 14, box.bottom() - 14, y, coming, line -> true);
        }
        if (hardware.contains(y) && kind(coming.get(index).edge) == EdgeKind.HARDWARE) {
            return box.middleY();
        }
        double middle = hardware.isEmpty() ? Double.NEGATIVE_INFINITY : hardware.getFirst();
        return y < middle
                ? spread(box.y() + 14, box.y() + 14, y, coming, line -> line < middle)
                : spread(
                        hardware.isEmpty() ? box.y() + 14 : box.bottom() - 14,
                        box.bottom() - 14,
                        y,
                        coming,
                        line -> line > middle);
    }

    /** Lines that run together arrive together; a single one arrives last. */
    private static double spread(double first, double last, double y, List<Coming> coming, DoublePredicate which) {
        List<Double> ways =
                coming.stream().map(Coming::y).distinct().filter(which::test).toList();
        return ways.size() == 1 ? last : first + (last - first) * ways.indexOf(y) / (ways.size() - 1);
    }

    /** Whether a group's line passes over the unit: it stands higher, so that its wiring comes in from above. */
    private static boolean isOver(Box card, Box unit) {
        return card.middleY() < unit.middleY() - 1;
    }

    private boolean isOver(Edge edge) {
        Box card = Known.in(cardOf, from(edge)).box();
        return nearest(from(edge)).filter(box -> isOver(card, box)).isPresent();
    }

    private Coming belief(Edge edge, Map<Double, Integer> lanes, Map<Double, Long> under) {
        int group = from(edge);
        Box card = Known.in(cardOf, group).box();
        Optional<Box> unit = nearest(group);
        boolean over = unit.filter(box -> isOver(card, box)).isPresent();
        double y = over ? card.y() + 16 : card.bottom() - 16;
        Path.Builder path = leave(card, y, over ? -8 : 4);
        if (unit.isPresent()) {
            Box box = unit.get();
            boolean crowd = Known.in(under, box.y()) > CROWD;
            int lane = crowd ? 0 : lanes.merge(over ? -box.y() : box.y(), 1, Integer::sum) - 1;
            double away = 9 + Math.min(lane, 3) * 4;
            y = over ? box.y() - away : box.bottom() + away;
            if (crowd) {
                trunk(path, trunkX(box) + 4, y);
            } else {
                path.level(box.x(), y);
            }
            path.straight(box.right(), y);
        } else {
            // nothing stands in the units' column in the rows of those that have no unit
            double beyond = parts.present().stream()
                    .mapToDouble(one -> Known.in(boxes, one).right())
                    .max()
                    .orElse(ownersRight + RADIUS);
            y = path.y();
            path.straight(beyond, y);
        }
        return new Coming(edge, group, to(edge), path, y);
    }

    /** The unit that the group's line passes: the nearest of those in front of its devices. */
    private Optional<Box> nearest(int group) {
        double y = Known.in(cardOf, group).box().bottom() - 16;
        return Known.in(cardOf, group).devices().stream()
                .flatMap(device -> Known.in(parts.devices(), device).units().stream())
                .filter(parts.present()::contains)
                .map(boxes::get)
                .min(Comparator.comparingDouble(box -> Math.abs(box.bottom() - y)));
    }
}
