/**
 * PCI: functions by their configuration space, the scan that finds them, what stands above each, under which requester
 * ids its requests travel, whether requests between functions are forced up to the root; remove, rescan and virtual
 * functions. As hardware: {@link org.iommulab.bus.pci.PciHardware}. As the kernel sees it: all else. No IOMMU.
 */
@NullMarked
package org.iommulab.bus.pci;

import org.jspecify.annotations.NullMarked;
