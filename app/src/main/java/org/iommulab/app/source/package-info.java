/**
 * The model's own source at this step: which of its lines stands for the kernel function that is running. The model's
 * jar carries its sources; an index leads from a kernel name to the place where the model calls it.
 */
@NullMarked
package org.iommulab.app.source;

import org.jspecify.annotations.NullMarked;
