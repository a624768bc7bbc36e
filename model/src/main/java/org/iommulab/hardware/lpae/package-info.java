/**
 * What the units of several vendors share that walk ARM's long-descriptor tables: so far the words for their entries. The
 * format itself is software and hardware's common ground, in {@code pagetable.lpae}.
 */
@NullMarked
package org.iommulab.hardware.lpae;

import org.jspecify.annotations.NullMarked;
