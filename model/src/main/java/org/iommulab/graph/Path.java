package org.iommulab.graph;

import java.util.ArrayList;
import java.util.List;

/** The way of a line: Bezier curves end to end. */
public record Path(List<Piece> pieces) {
    public Path {
        pieces = List.copyOf(pieces);
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException("a path without pieces");
        }
    }

    /** A place on the way. */
    public record Spot(double x, double y) {}

    /** One cubic curve. */
    public record Piece(double x0, double y0, double x1, double y1, double x2, double y2, double x3, double y3) {
        Spot at(double t) {
            double s = 1 - t;
            double a = s * s * s;
            double b = 3 * s * s * t;
            double c = 3 * s * t * t;
            double d = t * t * t;
            return new Spot(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3);
        }

        double length() {
            double sum = 0;
            Spot last = at(0);
            for (int i = 1; i <= 8; i++) {
                Spot next = at(i / 8.0);
                sum += Math.hypot(next.x - last.x, next.y - last.y);
                last = next;
            }
            return sum;
        }
    }

    public Spot start() {
        return pieces.getFirst().at(0);
    }

    public Spot end() {
        return pieces.getLast().at(1);
    }

    /** This many places on the way, evenly spaced, both ends among them. */
    public List<Spot> spots(int count) {
        double[] ends = new double[pieces.size()];
        double total = 0;
        for (int i = 0; i < ends.length; i++) {
            total += pieces.get(i).length();
            ends[i] = total;
        }
        var spots = new ArrayList<Spot>(count);
        int piece = 0;
        for (int i = 0; i < count; i++) {
            double along = total * i / (count - 1);
            while (piece < ends.length - 1 && along > ends[piece]) {
                piece++;
            }
            double before = piece == 0 ? 0 : ends[piece - 1];
            double length = ends[piece] - before;
            spots.add(pieces.get(piece).at(length <= 0 ? 0 : Math.min(1, (along - before) / length)));
        }
        return spots;
    }

    /** Strings pieces together. */
    public static final class Builder {
        private final List<Piece> pieces = new ArrayList<>();
        private double x;
        private double y;

        public Builder(double x, double y) {
            this.x = x;
            this.y = y;
        }

        /** Where it has come to. */
        double y() {
            return y;
        }

        public Builder straight(double toX, double toY) {
            if (toX != x || toY != y) {
                pieces.add(new Piece(
                        x,
                        y,
                        x + (toX - x) / 3,
                        y + (toY - y) / 3,
                        x + (toX - x) * 2 / 3,
                        y + (toY - y) * 2 / 3,
                        toX,
                        toY));
                x = toX;
                y = toY;
            }
            return this;
        }

        /** Leaves and arrives level. */
        public Builder level(double toX, double toY) {
            double half = (toX - x) / 2;
            pieces.add(new Piece(x, y, x + half, y, toX - half, toY, toX, toY));
            x = toX;
            y = toY;
            return this;
        }

        /** Straight along one axis to a corner and round it, in the direction of {@code to}; stops behind it. */
        public Builder corner(double cornerX, double cornerY, double toX, double toY, double radius) {
            double in = Math.min(radius, Math.hypot(cornerX - x, cornerY - y));
            double out = Math.min(radius, Math.hypot(toX - cornerX, toY - cornerY));
            double r = Math.min(in, out);
            double startX = cornerX - Math.signum(cornerX - x) * r;
            double startY = cornerY - Math.signum(cornerY - y) * r;
            double endX = cornerX + Math.signum(toX - cornerX) * r;
            double endY = cornerY + Math.signum(toY - cornerY) * r;
            straight(startX, startY);
            pieces.add(new Piece(
                    x,
                    y,
                    x + (cornerX - x) * 0.55,
                    y + (cornerY - y) * 0.55,
                    endX + (cornerX - endX) * 0.55,
                    endY + (cornerY - endY) * 0.55,
                    endX,
                    endY));
            x = endX;
            y = endY;
            return this;
        }

        public Path end() {
            return new Path(pieces);
        }
    }
}
