/**
 * What the units of several vendors share that walk ARM's short-descriptor tables: so far the words for their entries. The
 * format itself is software and hardware's common ground, in {@code pagetable.armv7s}.
 */
@NullMarked
package org.iommulab.hardware.armv7s;

import org.jspecify.annotations.NullMarked;
