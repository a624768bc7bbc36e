/**
 * Intel VT-d (drivers/iommu/intel; Intel Virtualization Technology for Directed I/O, Architecture Specification): DMA
 * remapping in legacy and in scalable mode, without device TLBs, page requests and interrupt remapping.
 */
@NullMarked
package org.iommulab.backend.intel;

import org.jspecify.annotations.NullMarked;
