package org.iommulab.app.graph;

/** How much is written at a zoom: what could not be read is left out. */
public enum Detail {
    FULL,
    /** Names only, larger. */
    NAMES,
    /** Boxes, colours and lines. */
    SHAPES;

    /** The least zoom at which everything is written. */
    static final double LEAST_FULL = 0.6;

    public static Detail at(double zoom) {
        return zoom >= LEAST_FULL ? FULL : zoom >= 0.3 ? NAMES : SHAPES;
    }
}
