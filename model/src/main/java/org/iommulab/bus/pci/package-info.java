/**
 * PCI as far as the IOMMU core asks for it: what a function is, what stands above it, under which requester ids its
 * requests travel, and whether requests between functions are forced up to the root. No configuration cycles, no IOMMU.
 */
@NullMarked
package org.iommulab.bus.pci;

import org.jspecify.annotations.NullMarked;
