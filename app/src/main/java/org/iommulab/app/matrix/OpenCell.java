package org.iommulab.app.matrix;

import org.iommulab.explore.breaks.Cell;

/** Goes to the recording of a cell: where it first differs, beside the unbroken one. */
@FunctionalInterface
public interface OpenCell {
    void open(Cell cell);
}
