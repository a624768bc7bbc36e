package org.iommulab.app.graph;

import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;

/** Says what the window does not show of a picture: that belief and hardware disagree, and that there is more. */
final class Beyond {
    private static final Face WORDS = Face.words(11);

    private final Pen pen;
    private final GraphScene scene;
    private final Viewport viewport;

    Beyond(Pen pen, GraphScene scene, Viewport viewport) {
        this.pen = pen;
        this.scene = scene;
        this.viewport = viewport;
    }

    /** @param scale how much larger than at a usual desk words are */
    void paint(double width, double height, double scale) {
        pen.save();
        pen.scale(scale);
        double wide = width / scale;
        double high = height / scale;
        Box notice = scene.layout().notice();
        boolean parted = !scene.moment().disagreements().isEmpty();
        boolean seen = Detail.at(viewport.zoom()) == Detail.FULL
                && windowY(notice.y()) > -1
                && windowY(notice.bottom()) < height + 1
                && notice.x() * viewport.zoom() + viewport.x() > -1
                && notice.right() * viewport.zoom() + viewport.x() < width + 1;
        if (parted && !seen) {
            new NoticePainter(pen, scene).pinned(wide, high);
        } else if (windowY(lowest()) > height) {
            mark("More below", wide, high - 30);
        }
        if (windowY(scene.layout().cards().stream()
                        .mapToDouble(card -> card.box().bottom())
                        .min()
                        .orElse(0))
                < 0) {
            mark("More above", wide, 8);
        }
        pen.restore();
    }

    private double lowest() {
        return scene.layout().boxes().values().stream()
                .mapToDouble(Box::bottom)
                .max()
                .orElse(0);
    }

    private double windowY(double y) {
        return y * viewport.zoom() + viewport.y();
    }

    private void mark(String words, double width, double y) {
        double wide = pen.width(words, WORDS) + 20;
        double x = (width - wide) / 2;
        pen.fillBox(x, y, wide, 22, 11, Ink.of(Tone.PANEL));
        pen.strokeBox(x, y, wide, 22, 11, Line.solid(Tone.MUTED, 1));
        pen.text(words, x + 10, y + 15, WORDS, Tone.TEXT);
    }
}
