/**
 * IBM Z's translation for PCI functions, as {@code drivers/iommu/s390-iommu.c} and {@code arch/s390/pci} use it. There
 * are no registers: instructions anchor a table to a function and refresh what was cached of it; the tables are big
 * endian.
 */
@NullMarked
package org.iommulab.backend.s390;

import org.jspecify.annotations.NullMarked;
