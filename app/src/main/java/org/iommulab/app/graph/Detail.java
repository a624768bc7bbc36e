package org.iommulab.app.graph;

/** How much is written at a zoom: what could not be read is left out. */
public enum Detail {
    FULL,
    /** Names only, larger. */
    NAMES,
    /** Boxes, colours and lines. */
    SHAPES;

    public static Detail at(double zoom) {
        return zoom >= 0.6 ? FULL : zoom >= 0.3 ? NAMES : SHAPES;
    }
}
