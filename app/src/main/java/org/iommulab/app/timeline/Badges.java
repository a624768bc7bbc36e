package org.iommulab.app.timeline;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.iommulab.graph.Box;

/** Where the numbers of a way stand: labels give way to them. */
record Badges(List<Box> boxes) {
    static final Badges NONE = new Badges(List.of());

    /** Less than this says nothing. */
    private static final double LEAST = 26;

    private static final double APART = 3;

    Badges {
        boxes = List.copyOf(boxes);
    }

    /** A stretch of a line of text. */
    record Room(double x, double width) {}

    /** The whole of this line of text, or the first stretch of it that no number covers; empty where that says nothing. */
    Optional<Room> free(double x, double width, double top, double bottom) {
        double left = x;
        double right = x + width;
        while (left < right) {
            double from = left;
            Optional<Box> over = boxes.stream()
                    .filter(box -> box.y() < bottom && box.bottom() > top)
                    .filter(box -> box.x() - APART < right && box.right() + APART > from)
                    .min(Comparator.comparingDouble(Box::x));
            double end = over.map(box -> box.x() - APART).orElse(right);
            if (end - left > LEAST || over.isEmpty() && left == x) {
                return Optional.of(new Room(left, end - left));
            }
            left = over.map(box -> box.right() + APART).orElse(right);
        }
        return Optional.empty();
    }
}
