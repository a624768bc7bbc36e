/**
 * Apple's DART, as {@code drivers/iommu/apple-dart.c}, {@code io-pgtable-dart.c} and the hardware are: entries that say
 * what is denied, one size of pages, up to four top tables side by side, and streams that are translated, let through or
 * blocked. Layout: bits, registers and values, no behaviour. Unit: registers, walker, IOTLB, faults. Driver: the callbacks
 * and the page table; it reaches units through registers, memory and interrupts only.
 */
@NullMarked
package org.iommulab.backend.dart;

import org.jspecify.annotations.NullMarked;
