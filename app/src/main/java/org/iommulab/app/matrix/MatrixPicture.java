package org.iommulab.app.matrix;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.kernel.Level;

/** The matrix of one kernel for a file: the row of levels above, all of it without a window. */
public final class MatrixPicture {
    private static final double PILLS = 52;
    private static final Face PILL = Face.words(12);

    private final MatrixScene scene;

    MatrixPicture(MatrixScene scene) {
        this.scene = scene;
    }

    /** @param cells those of other levels are left out */
    public static MatrixPicture of(List<Cell> cells, Level level, SweepTally tally) {
        var grid = new Grid(List.of());
        grid.add(cells.stream().filter(cell -> cell.level().equals(level)).toList());
        var all = Arrangement.of(grid, Filter.NONE, Sorting.BY_NAME);
        return new MatrixPicture(new MatrixScene(
                grid, level, all, Optional.empty(), Optional.empty(), false, MatrixModel.figures(tally)));
    }

    public String title() {
        return "What breaks on Linux " + scene.level().spec();
    }

    /** The same in words. */
    public List<String> text() {
        return MatrixText.of(scene);
    }

    public void paint(Pen pen, double width, double height) {
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.PANEL));
        pills(pen, width);
        pen.save();
        pen.translate(0, PILLS);
        new MatrixPainter().paint(pen, width, height - PILLS, scene);
        pen.restore();
    }

    private void pills(Pen pen, double width) {
        int count = Level.KNOWN.size();
        double pitch = Math.min(72, (width - 2 * MatrixLayout.EDGE) / count);
        double x = width - MatrixLayout.EDGE - count * pitch + 6;
        for (Level level : Level.KNOWN) {
            boolean chosen = level.equals(scene.level());
            pen.fillBox(x, 16, pitch - 6, 28, 6, Ink.of(chosen ? Tone.ACCENT : Tone.SOFT));
            String name = pen.fit(LevelNames.of(level), PILL, pitch - 10);
            Ink ink = Ink.of(chosen ? Tone.PANEL : Tone.TEXT);
            pen.text(name, x + (pitch - 6) / 2, 34.5, PILL, ink, Pen.Align.MIDDLE);
            x += pitch;
        }
    }
}
