package org.iommulab.app.matrix;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.TextMetrics;
import org.iommulab.graph.Box;

/**
 * Where the cells lie. The columns' names stand slanted above them, so the last ones need room at the right; rows are as
 * high as all of them allow.
 */
record MatrixLayout(double left, double top, double pitchX, double pitchY, int rows, int columns) {
    static final double EDGE = 20;

    /** The columns' names rise to the right by this many degrees. */
    static final double SLANT = 40;

    static final Face NAME = Face.mono(11);
    static final Face ROW_NAME = Face.mono(12);

    /** Room for the title in the corner. */
    private static final double LEAST_LEFT = 176;

    private static final double WIDEST = 66;
    private static final double HIGHEST = 32;
    private static final double LOWEST = 11;
    private static final double GAP = 12;
    private static final double COS = Math.cos(Math.toRadians(SLANT));
    private static final double SIN = Math.sin(Math.toRadians(SLANT));

    /** @param foot how much room the legend takes at the bottom */
    static MatrixLayout of(double width, double height, double foot, List<String> rowNames, List<String> columnNames) {
        double left = LEAST_LEFT;
        for (String name : rowNames) {
            left = Math.max(left, EDGE + Math.ceil(TextMetrics.width(name, ROW_NAME)) + GAP);
        }
        double top = 40;
        double pitchX = WIDEST;
        for (int i = 0; i < columnNames.size(); i++) {
            double text = TextMetrics.width(columnNames.get(i), NAME.strong());
            top = Math.max(top, Math.ceil(text * SIN) + 22);
            pitchX = Math.min(pitchX, (width - 8 - left - text * COS) / (i + 0.6));
        }
        pitchX = Math.min(pitchX, (width - EDGE - left) / Math.max(1, columnNames.size()));
        double pitchY = (height - top - foot) / Math.max(1, rowNames.size());
        return new MatrixLayout(
                left,
                top,
                Math.max(8, Math.floor(pitchX)),
                Math.clamp(Math.floor(2 * pitchY) / 2, LOWEST, HIGHEST),
                rowNames.size(),
                columnNames.size());
    }

    Box cell(int row, int column) {
        double gapX = Math.clamp(Math.rint(pitchX / 11), 2, 6);
        double gapY = Math.clamp(Math.rint(pitchY / 6), 2, 6);
        return new Box(left + column * pitchX, top + row * pitchY, pitchX - gapX, pitchY - gapY);
    }

    Box cell(Spot spot) {
        return cell(spot.row(), spot.column());
    }

    double bottom() {
        return top + rows * pitchY;
    }

    /** The cell at this place, with the gap behind it. */
    Optional<Spot> at(double x, double y) {
        int column = (int) Math.floor((x - left) / pitchX);
        int row = (int) Math.floor((y - top) / pitchY);
        boolean inside = row >= 0 && row < rows && column >= 0 && column < columns;
        return inside ? Optional.of(new Spot(row, column)) : Optional.empty();
    }
}
