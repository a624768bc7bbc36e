package org.iommulab.app.draw;

/** The one dash pattern. Dashed means hardware, or what is no more. */
final class Dashes {
    static final double ON = 6;
    static final double OFF = 4;

    private Dashes() {}
}
