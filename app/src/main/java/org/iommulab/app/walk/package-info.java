/**
 * The page-table walk: the address in its fields, the tables around the entries that were taken, the last entry bit by
 * bit, and where it ends; large for a pane of its own, compact for the small one. Painters know no JavaFX; everything
 * comes from the {@code WalkTrace} of the moment and from the events of the access.
 */
@NullMarked
package org.iommulab.app.walk;

import org.jspecify.annotations.NullMarked;
