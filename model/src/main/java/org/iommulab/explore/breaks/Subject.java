package org.iommulab.explore.breaks;

import org.iommulab.board.Architecture;
import org.iommulab.json.Spelling;

/** A row of the matrix: a driver on an architecture, for some drivers live two lives. */
public record Subject(String driver, Architecture architecture) {
    @Override
    public String toString() {
        return driver + " (" + Spelling.constant(architecture) + ")";
    }
}
