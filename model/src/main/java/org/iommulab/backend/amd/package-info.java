/**
 * AMD's I/O virtualization (AMD-Vi), as {@code drivers/iommu/amd/} and its hardware are. Layout and formats: bits and
 * values, no behaviour. Unit: registers, device table, walks, TLB, command buffer, event log. Driver: the initcall, its
 * callbacks, device table entries, commands in their order, the event log's lines, and the page
 * tables that it keeps. The driver reaches the unit through registers, memory and the interrupt only.
 */
@NullMarked
package org.iommulab.backend.amd;

import org.jspecify.annotations.NullMarked;
