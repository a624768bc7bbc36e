package org.iommulab.app.matrix;

/** A place among the rows and columns that are shown, from 0. */
record Spot(int row, int column) {}
