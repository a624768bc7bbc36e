package org.iommulab.sim;

/** The whole state at one step, so that a far jump need not run through every change. */
record Checkpoint(int step, CellsCopy cells, Object[] stores, long bytes) {}
