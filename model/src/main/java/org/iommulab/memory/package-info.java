/**
 * Simulated physical memory: sparse, journaled, with a deterministic allocator of frames. Nothing here knows what is
 * stored in it.
 */
@NullMarked
package org.iommulab.memory;

import org.jspecify.annotations.NullMarked;
