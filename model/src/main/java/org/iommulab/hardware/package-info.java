/**
 * Emulated hardware: IOMMU units with registers, walkers, TLBs and faults, the masters that do DMA, the wires between
 * them. A unit reads its tables from simulated memory with its own walker and never looks into a driver's or the core's
 * objects; drivers reach it through registers, memory and interrupt lines only.
 */
@NullMarked
package org.iommulab.hardware;

import org.jspecify.annotations.NullMarked;
