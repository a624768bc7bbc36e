package org.iommulab.app.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.iommulab.graph.Box;
import org.iommulab.graph.HeldView;
import org.iommulab.graph.Homes;
import org.iommulab.graph.Layout;
import org.iommulab.graph.LiveGraph;
import org.iommulab.graph.Moment;

/**
 * A moment with its layout, and what painters ask of it again and again.
 *
 * @param parted units and groups about which belief and hardware disagree
 */
public record GraphScene(
        Moment moment,
        Layout layout,
        Map<Integer, Moment.GroupView> groups,
        Map<Integer, Moment.DeviceView> devices,
        Map<Integer, Moment.UnitView> units,
        Map<Integer, Moment.DomainView> domains,
        Map<Integer, Moment.GroupView> groupOf,
        Map<Integer, HeldView> held,
        Set<Integer> parted) {
    private static final int MANY_COLUMNS = 3;

    public static GraphScene of(Moment moment, Homes homes, double width) {
        return of(moment, new LiveGraph(), homes, width);
    }

    /** As wide as the room will be when the whole height is made to fit. */
    public static GraphScene fitting(Moment moment, LiveGraph graph, Homes homes, double width, double height) {
        GraphScene best = fitting(moment, graph, homes, width, height, Integer.MAX_VALUE);
        // owners that stand in fewer columns may make it higher and yet larger
        for (int columns = MANY_COLUMNS; columns > 0 && best.zoom(width, height) < Detail.LEAST_FULL; columns--) {
            GraphScene next = fitting(moment, graph, homes, width, height, columns);
            best = next.zoom(width, height) > best.zoom(width, height) ? next : best;
        }
        return best;
    }

    private static GraphScene fitting(
            Moment moment, LiveGraph graph, Homes homes, double width, double height, int columns) {
        GraphScene scene = of(moment, graph, homes, width, columns);
        double zoom = Math.max(Viewport.READABLE, height / scene.layout.height());
        return zoom >= 1 || height <= 0 ? scene : of(moment, graph, homes, width / zoom, columns);
    }

    /** How large it is when all of it is in a room of this size. */
    private double zoom(double width, double height) {
        return Math.min(width / layout.width(), height / layout.height());
    }

    /** Brings a graph that is kept to this moment and lays it out. */
    public static GraphScene of(Moment moment, LiveGraph graph, Homes homes, double width) {
        return of(moment, graph, homes, width, Integer.MAX_VALUE);
    }

    private static GraphScene of(Moment moment, LiveGraph graph, Homes homes, double width, int columns) {
        graph.apply(moment);
        var devices = new HashMap<Integer, Moment.DeviceView>();
        var groupOf = new HashMap<Integer, Moment.GroupView>();
        moment.loose().forEach(d -> devices.put(d.id(), d));
        for (Moment.GroupView group : moment.groups()) {
            group.devices().forEach(d -> {
                devices.put(d.id(), d);
                groupOf.put(d.id(), group);
            });
        }
        var held = new LinkedHashMap<Integer, HeldView>();
        moment.held().forEach(each -> held.put(each.id(), each));
        var parted = new HashSet<Integer>();
        for (Moment.Disagreement disagreement : moment.disagreements()) {
            parted.add(disagreement.group());
            parted.add(disagreement.unit());
        }
        return new GraphScene(
                moment,
                Layout.of(graph.graph(), homes, width, columns),
                moment.groups().stream().collect(Collectors.toMap(Moment.GroupView::id, g -> g)),
                devices,
                moment.units().stream().collect(Collectors.toMap(Moment.UnitView::id, u -> u)),
                moment.domains().stream().collect(Collectors.toMap(Moment.DomainView::id, d -> d)),
                groupOf,
                held,
                parted);
    }

    /** Whether the group of this device, or the unit in front of it, is part of a disagreement. */
    boolean isParted(Moment.DeviceView device) {
        Moment.GroupView group = groupOf.get(device.id());
        return group != null
                && parted.contains(group.id())
                && device.units().stream().anyMatch(parted::contains);
    }

    /** Files that this device or this group has in its box. */
    List<Box> pillsIn(Box box) {
        return held.values().stream()
                .filter(each -> !each.kind().isHolder() && !each.kind().isInHolder())
                .flatMap(each -> layout.box(each.id()).stream())
                .filter(pill -> box.contains(pill.middleX(), pill.middleY()))
                .toList();
    }

    /** Everything that can be chosen, in reading order: column by column, from the top. */
    List<Integer> choosable() {
        return layout.boxes().entrySet().stream()
                .filter(e -> e.getKey() != Layout.PLATFORM)
                .sorted((a, b) -> {
                    int byX = Double.compare(
                            Math.rint(a.getValue().x() / 40),
                            Math.rint(b.getValue().x() / 40));
                    return byX != 0
                            ? byX
                            : Double.compare(a.getValue().y(), b.getValue().y());
                })
                .map(Map.Entry::getKey)
                .toList();
    }
}
