package org.iommulab.app.draw;

/** The dash patterns. Dashed means hardware, or what is no more; dotted, what a program of user space holds. */
final class Dashes {
    static final double ON = 6;
    static final double OFF = 4;
    /** With round ends: a dot as wide as the line. */
    static final double DOT = 0.1;

    static final double DOT_OFF = 5.4;

    private Dashes() {}
}
