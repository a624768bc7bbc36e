/**
 * What breaks when a callback is taken away, as a matrix: drivers down, callbacks across, one kernel at a time. It runs
 * the sweep off the window's thread, arranges what comes in and draws it; what a cell means is decided by the sweep.
 */
@NullMarked
package org.iommulab.app.matrix;

import org.jspecify.annotations.NullMarked;
