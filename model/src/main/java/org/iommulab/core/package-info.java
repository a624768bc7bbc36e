/**
 * The IOMMU core: groups, domains, probing, attaching, ownership, mapping, faults; one file for each flow, in the words
 * and in the order of drivers/iommu/iommu.c. It believes what it has written down and never looks at hardware; a driver
 * is reached through its table of callbacks only.
 */
@NullMarked
package org.iommulab.core;

import org.jspecify.annotations.NullMarked;
