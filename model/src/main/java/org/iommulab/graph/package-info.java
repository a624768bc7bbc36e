/**
 * The live topology as a GraphStream graph, its layout and the questions asked of it; and the {@code Moment}, the
 * machine at one step as plain data. No drawing here, and no vendor's name.
 */
@NullMarked
package org.iommulab.graph;

import org.jspecify.annotations.NullMarked;
