package org.iommulab.walls.samples.backend.two;

/** Somebody's room. */
public final class Neighbour {}
