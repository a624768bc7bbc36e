/**
 * Several runs beside each other: a lane each with a small graph and its events, aligned row by row, a common timeline,
 * and in what the machines differ at the end. It draws what {@code explore.compare} found, in the window and for exports.
 */
@NullMarked
package org.iommulab.app.compare;

import org.jspecify.annotations.NullMarked;
