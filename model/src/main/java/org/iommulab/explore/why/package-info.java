/**
 * Why something in a recording is red: the way from the cause to the harm, step by step, found in that recording alone.
 * The sweep, which has an unbroken run to compare with, makes its own chains.
 */
@NullMarked
package org.iommulab.explore.why;

import org.jspecify.annotations.NullMarked;
