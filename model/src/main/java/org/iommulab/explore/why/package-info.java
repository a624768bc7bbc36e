/**
 * Why something in a recording is red: the way from the cause to the harm, step by step. For the harms of one run it is
 * found in that recording alone; the sweep and its like, which have the usual run beside the broken one, say where the two
 * part and what only the broken one has. Nothing here knows what was done to a kernel, or why.
 */
@NullMarked
package org.iommulab.explore.why;

import org.jspecify.annotations.NullMarked;
