/**
 * What a kernel is to the lab: its version, patches, configuration and command line, the names of its callbacks and
 * errors, its log, its locks and its work queues. No device and no IOMMU is known here.
 */
@NullMarked
package org.iommulab.kernel;

import org.jspecify.annotations.NullMarked;
