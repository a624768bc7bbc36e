package org.iommulab.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What holds of every picture. */
final class LayoutCheck {
    private LayoutCheck() {}

    /** Where things have been seen. */
    static final class Places {
        private final Map<Integer, Box> places = new HashMap<>();

        /** What was there before is where it was; a frame may end further down. */
        void stay(Layout layout, int step) {
            layout.boxes().forEach((id, box) -> {
                Box before = places.putIfAbsent(id, box);
                assertThat(before == null
                                || before.x() == box.x() && before.y() == box.y() && before.width() == box.width())
                        .as("object %d at step %d", id, step)
                        .isTrue();
            });
        }
    }

    /** Boxes do not overlap, and lines go round them. */
    static void check(Layout layout, String what) {
        var solid = new HashMap<Integer, Box>();
        layout.cards().forEach(card -> solid.put(card.id(), card.box()));
        layout.boxes().forEach((id, box) -> {
            boolean inside =
                    layout.boxes().entrySet().stream().anyMatch(e -> e.getKey() != id && isInside(box, e.getValue()));
            if (!inside
                    && layout.cards().stream()
                            .noneMatch(c -> c.id() == id || c.devices().contains(id))) {
                solid.put(id, box);
            }
        });
        List<Integer> ids = new ArrayList<>(solid.keySet());
        for (int i = 0; i < ids.size(); i++) {
            for (int j = i + 1; j < ids.size(); j++) {
                assertThat(solid.get(ids.get(i)).overlaps(solid.get(ids.get(j))))
                        .as("%s: %d and %d", what, ids.get(i), ids.get(j))
                        .isFalse();
            }
        }
        for (Route route : layout.routes()) {
            boolean inFrame = solid.values().stream()
                    .anyMatch(box -> box.contains(
                                    route.path().start().x(),
                                    route.path().start().y())
                            && box.contains(
                                    route.path().end().x(), route.path().end().y()));
            for (org.iommulab.graph.Path.Spot spot : route.path().spots(120)) {
                solid.forEach((id, box) -> assertThat(!(inFrame || isFrom(layout, route, box))
                                && box.grown(-0.5).contains(spot.x(), spot.y()))
                        .as("%s: %s runs through %d at %s", what, route.edge(), id, spot)
                        .isFalse());
                assertThat(spot.x()).isBetween(0.0, layout.width());
            }
        }
    }

    private static boolean isInside(Box inner, Box outer) {
        return inner.x() >= outer.x()
                && inner.right() <= outer.right()
                && inner.y() >= outer.y()
                && inner.bottom() <= outer.bottom();
    }

    /** A row's line begins inside its frame. */
    private static boolean isFrom(Layout layout, Route route, Box frame) {
        return layout.box(route.from())
                .filter(box -> isInside(box, frame) && box.x() > frame.x())
                .isPresent();
    }
}
