/**
 * A device of a captured machine is handed to user space on the lab's core, step by step, under the kernel that is nearest
 * to the machine's own, and given back. What the core refuses is refused here.
 */
@NullMarked
package org.iommulab.handover;

import org.jspecify.annotations.NullMarked;
