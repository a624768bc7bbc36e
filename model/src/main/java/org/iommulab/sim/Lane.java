package org.iommulab.sim;

/** Who acts in an event; the rows of the timeline, in the order in which they are drawn. */
public enum Lane {
    USER,
    CORE,
    DRIVER,
    HARDWARE,
    DMA
}
