/**
 * What breaks when a callback is taken out of a driver's table, or fails: the sweep over drivers, callbacks, kernels and
 * stories, each as a run of its own that is compared with the unbroken one. Nothing here draws or prints.
 *
 * <p>The words: a <em>tampering</em> is what is done to a table; its <em>effect</em> is what a run shows that the
 * unbroken run of the same story on the same kernel does not; a <em>cell</em> is a tampering in one story on one kernel,
 * with its effect and with the chain of events that leads from it to the harm.
 */
@NullMarked
package org.iommulab.explore.breaks;

import org.jspecify.annotations.NullMarked;
