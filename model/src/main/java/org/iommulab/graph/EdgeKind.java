package org.iommulab.graph;

/** What an edge of the graph says. */
public enum EdgeKind {
    /** Device to unit: how it is wired. Never moves. */
    WIRING,
    /** Device to group. */
    MEMBER,
    /** Group to domain: what the core believes. */
    BELIEF,
    /** Unit to domain: where the hardware points. */
    HARDWARE,
    /** Device to the platform's DMA ops: its driver is given physical addresses. */
    OPS,
    /** From what a program holds to what it stands on: a group, a device, a domain, an address space. */
    HELD
}
