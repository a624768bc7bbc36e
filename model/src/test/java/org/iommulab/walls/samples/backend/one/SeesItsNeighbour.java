package org.iommulab.walls.samples.backend.one;

import org.iommulab.walls.samples.backend.two.Neighbour;

/** Breaks the wall between two rooms. */
public final class SeesItsNeighbour {
    public final Neighbour neighbour = new Neighbour();
}
