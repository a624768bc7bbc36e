/**
 * A real machine's IOMMU topology, read from a file of what its sysfs said, and turned into the same moment that a
 * simulated machine gives, so that the same views show it. Nothing is guessed: what the file does not say is empty.
 */
@NullMarked
package org.iommulab.capture;

import org.jspecify.annotations.NullMarked;
