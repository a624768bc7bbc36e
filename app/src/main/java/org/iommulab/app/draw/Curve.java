package org.iommulab.app.draw;

import java.util.ArrayList;
import java.util.List;

/** A path of straight lines and cubic curves. */
public record Curve(List<Piece> pieces) {
    public Curve {
        pieces = List.copyOf(pieces);
    }

    /** One piece of a path. */
    public sealed interface Piece {
        record Move(double x, double y) implements Piece {}

        record Straight(double x, double y) implements Piece {}

        record Cubic(double x1, double y1, double x2, double y2, double x, double y) implements Piece {}

        record Close() implements Piece {}
    }

    public static Builder from(double x, double y) {
        return new Builder(x, y);
    }

    /** The sign for what is suspicious: a triangle about this middle, its base as far below as {@code r} says. */
    public static Curve triangle(double x, double y, double r) {
        return from(x, y - r * 1.1)
                .to(x + r * 1.25, y + r)
                .to(x - r * 1.25, y + r)
                .close();
    }

    /** Strings pieces together. */
    public static final class Builder {
        private final List<Piece> pieces = new ArrayList<>();

        private Builder(double x, double y) {
            pieces.add(new Piece.Move(x, y));
        }

        public Builder to(double x, double y) {
            pieces.add(new Piece.Straight(x, y));
            return this;
        }

        public Builder cubic(double x1, double y1, double x2, double y2, double x, double y) {
            pieces.add(new Piece.Cubic(x1, y1, x2, y2, x, y));
            return this;
        }

        public Curve close() {
            pieces.add(new Piece.Close());
            return new Curve(pieces);
        }

        public Curve end() {
            return new Curve(pieces);
        }
    }
}
