package org.iommulab.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graphstream.graph.Graph;

/**
 * Where everything stands: three columns, owners and devices, units, domains, with the platform's DMA ops at the bottom
 * left. A pure function of the graph, so the same graph gives the same picture. Wiring decides the rows and does not
 * change; a domain stands beside the unit that it first served, or in the foot when that place is taken, so a new one
 * moves no old one.
 *
 * @param boxes by object id: groups, devices, units, domains, what programs hold, and {@link #PLATFORM}
 * @param cards groups, and devices that are in no group, in drawing order
 * @param routes the lines, wiring first
 * @param columns left edges of the three columns, and of the users' where there is one
 * @param notice room for the sentence about disagreement
 * @param legend room for the legend
 */
public record Layout(
        double width,
        double height,
        Map<Integer, Box> boxes,
        List<Card> cards,
        List<Route> routes,
        List<Double> columns,
        Box notice,
        Box legend) {
    /** Stands for the platform's DMA ops where an object id is wanted. */
    public static final int PLATFORM = -1;

    public static final double DEVICE_HEIGHT = 48;
    public static final double CARD_HEAD = 34;
    public static final double CARD_PADDING = 12;
    public static final double RIGHT_MARGIN = 30;

    public Layout {
        boxes = Map.copyOf(boxes);
        cards = List.copyOf(cards);
        routes = List.copyOf(routes);
        columns = List.copyOf(columns);
    }

    /**
     * A frame with devices in it.
     *
     * @param id the group, or the device itself when it is in none
     * @param group whether it is a group
     */
    public record Card(int id, boolean group, Box box, List<Integer> devices) {
        public Card {
            devices = List.copyOf(devices);
        }
    }

    /**
     * @param homes what the recording knows about places; {@link Homes#NONE} is allowed
     * @param width the width that the picture would like to have; it stretches and shrinks between limits
     */
    public static Layout of(Graph graph, Homes homes, double width) {
        return of(graph, homes, width, Integer.MAX_VALUE);
    }

    /** @param most of so many owners at most side by side */
    public static Layout of(Graph graph, Homes homes, double width, int most) {
        return new Placing(Parts.of(graph, homes), homes, width, most).layout();
    }

    public Optional<Box> box(int id) {
        return Optional.ofNullable(boxes.get(id));
    }

    /** The topmost thing at a place: a device before its group. */
    public Optional<Integer> at(double x, double y) {
        return boxes.entrySet().stream()
                .filter(e -> e.getValue().contains(x, y))
                .min((a, b) -> Double.compare(area(a.getValue()), area(b.getValue())))
                .map(Map.Entry::getKey);
    }

    private static double area(Box box) {
        return box.width() * box.height();
    }

    public Optional<Route> route(String edge) {
        return routes.stream().filter(r -> r.edge().equals(edge)).findFirst();
    }
}
