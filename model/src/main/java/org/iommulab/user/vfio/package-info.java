/**
 * VFIO as a program sees it, drivers/vfio of v6.1 to v6.12: the files below /dev/vfio, and the type 1 back end behind a
 * container. It calls the IOMMU core through the core's public functions only, and lives on binding by vfio drivers.
 *
 * <p>Words: a <em>container</em> is an address space (/dev/vfio/vfio); a <em>group file</em> is the right to a group
 * (/dev/vfio/N), one open at a time; a <em>device file</em> is one device of it. Closing is legal in any order.
 */
@NullMarked
package org.iommulab.user.vfio;

import org.jspecify.annotations.NullMarked;
