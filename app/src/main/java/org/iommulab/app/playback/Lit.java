package org.iommulab.app.playback;

/**
 * A line that a view wants lit in the graph, from one device to another.
 *
 * @param from object id
 * @param to object id
 * @param open whether it is a way that should not be there: one that no IOMMU watches
 */
public record Lit(int from, int to, boolean open) {}
