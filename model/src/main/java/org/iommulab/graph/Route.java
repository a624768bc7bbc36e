package org.iommulab.graph;

/**
 * An edge, drawn.
 *
 * @param edge the edge's name in the graph: the same edge keeps it when it points elsewhere
 * @param from object id
 * @param to object id, {@link Layout#PLATFORM} for the platform's DMA ops
 */
public record Route(String edge, EdgeKind kind, int from, int to, Path path) {}
