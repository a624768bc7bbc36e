package org.iommulab.app.draw;

/** Dark for a desk, light for a projector. */
public enum Theme {
    DARK,
    LIGHT
}
