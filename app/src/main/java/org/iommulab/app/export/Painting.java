package org.iommulab.app.export;

import org.iommulab.app.draw.Pen;

/** Something that can be painted into a room of any size, from 0,0. */
@FunctionalInterface
public interface Painting {
    void paint(Pen pen, double width, double height);
}
