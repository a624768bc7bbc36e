package org.iommulab.app.graph;

import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.graph.Path;

/** Paths of the layout as the pen draws them. */
final class Curves {
    private Curves() {}

    static Curve of(Path path) {
        Path.Spot start = path.start();
        Curve.Builder curve = Curve.from(start.x(), start.y());
        for (Path.Piece p : path.pieces()) {
            curve.cubic(p.x1(), p.y1(), p.x2(), p.y2(), p.x3(), p.y3());
        }
        return curve.end();
    }

    static Curve of(List<Path.Spot> spots) {
        Curve.Builder curve = Curve.from(spots.getFirst().x(), spots.getFirst().y());
        spots.subList(1, spots.size()).forEach(spot -> curve.to(spot.x(), spot.y()));
        return curve.end();
    }

    /** A head of an arrow that arrives at {@code tip} from {@code from}. */
    static Curve head(Path.Spot from, Path.Spot tip) {
        double length = Math.max(0.001, Math.hypot(tip.x() - from.x(), tip.y() - from.y()));
        double ux = (tip.x() - from.x()) / length;
        double uy = (tip.y() - from.y()) / length;
        double backX = tip.x() - 9 * ux;
        double backY = tip.y() - 9 * uy;
        return Curve.from(tip.x(), tip.y())
                .to(backX - 4.5 * uy, backY + 4.5 * ux)
                .to(backX + 4.5 * uy, backY - 4.5 * ux)
                .close();
    }
}
