/**
 * The engine: journaled state, events, recordings and the cursor that travels through them.
 *
 * <p>A {@link org.iommulab.sim.Machine} holds every piece of simulated state in cells (or in stores that share its
 * journal), so that a recording can be undone and redone. Nothing here knows what an IOMMU is, and nothing here may
 * see another package of ours.
 */
@NullMarked
package org.iommulab.sim;

import org.jspecify.annotations.NullMarked;
