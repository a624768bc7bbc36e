package org.iommulab.explore.breaks;

import java.util.List;

/** Who watches a sweep. Called from its worker threads, several at a time: it must be quick and must not throw. */
public interface SweepListener {
    /** The cells of one part, finished: all of one story on one kernel, or the callbacks that a driver has not. */
    void cells(List<Cell> finished);

    /** A part is done. */
    default void progress(SweepTally soFar) {}
}
