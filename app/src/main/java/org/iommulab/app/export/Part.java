package org.iommulab.app.export;

import org.iommulab.app.draw.Pen;
import org.iommulab.graph.Box;

/** A painting in its place on the sheet. */
public record Part(Box bounds, Painting painting) {
    void paint(Pen pen) {
        pen.save();
        pen.clip(bounds.x(), bounds.y(), bounds.width(), bounds.height());
        pen.translate(bounds.x(), bounds.y());
        painting.paint(pen, bounds.width(), bounds.height());
        pen.restore();
    }
}
