/**
 * A board as data: memory, clocks, power domains, IOMMU units, devices with their wiring, and the order in which drivers
 * come. Here are the JSON form and its reader; no code names a board.
 */
@NullMarked
package org.iommulab.board;

import org.jspecify.annotations.NullMarked;
