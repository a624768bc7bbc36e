package org.iommulab.app.walk;

import org.iommulab.app.draw.DryPen;
import org.iommulab.app.draw.Pen;

/** Draws a walk, large where there is room for it, compact otherwise. Knows no JavaFX. */
public final class WalkPainter {
    /** From this width on the large form is drawn. */
    public static final double LARGE = 700;

    /**
     * Draws the walk from the top; what is higher than the pane is drawn below its edge.
     *
     * @param progress how much of the newest read has been seen, 0 to 1
     * @return how high the drawing is
     */
    public double paint(Pen pen, double width, double height, WalkScene scene, double progress) {
        double shown = scene.fresh() ? Math.clamp(progress, 0, 1) : 1;
        if (TwoStageWalk.fits(scene.trace())) {
            return new TwoStageWalk(pen, width, scene, shown).paint();
        }
        return width >= LARGE
                ? new LargeWalk(pen, width, scene, shown).paint()
                : new CompactWalk(pen, width, scene, shown, isTight(pen, width, height, scene)).paint();
    }

    /** Whether the end would be cut off; asked of the whole walk, so that the form is the same at each of its steps. */
    private static boolean isTight(Pen pen, double width, double height, WalkScene scene) {
        return new CompactWalk(new DryPen(pen), width, scene.atItsEnd(), 1, false).paint() > height;
    }
}
