/**
 * IBM Z's translation for PCI functions, as {@code drivers/iommu/s390-iommu.c} and {@code arch/s390/pci} use it. There
 * are no registers: instructions anchor a table to a function and refresh what was cached of it; the tables are big
 * endian.
 *
 * <p>Up to v6.6 a function that is in no IOMMU domain is translated all the same: with a table of the platform's own DMA
 * operations ({@code ZpciDma}). From v6.7 on dma-iommu does it; that it then uses one large flush queue and waits longer
 * for functions under a hypervisor (shadow_on_flush) is not modelled, nor are guests of this kernel's own KVM.
 */
@NullMarked
package org.iommulab.backend.s390;

import org.jspecify.annotations.NullMarked;
