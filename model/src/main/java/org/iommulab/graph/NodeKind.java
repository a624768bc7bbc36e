package org.iommulab.graph;

/** What a node of the graph stands for. */
public enum NodeKind {
    GROUP,
    DEVICE,
    UNIT,
    DOMAIN,
    /** The platform's own DMA ops. */
    OPS,
    /** What a program of user space holds: an open file, or an object behind one. */
    HELD
}
