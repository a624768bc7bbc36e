package org.iommulab.app.export;

/** Takes the frames of an animation, one after the other, all of one size. */
interface Frames {
    void add(Raster frame, int milliseconds);

    /** The whole file. */
    byte[] end();
}
