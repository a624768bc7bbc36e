/**
 * Files of sysfs that a user writes and reads: who drives a device, what a group is. Names of devices and words come as
 * they are typed; what comes back is 0 or a negative errno, or lines. What PCI has of its own (remove, rescan, virtual
 * functions) is with {@code bus.pci.PciHost}.
 */
@NullMarked
package org.iommulab.user.sysfs;

import org.jspecify.annotations.NullMarked;
