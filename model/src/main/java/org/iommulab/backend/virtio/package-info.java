/** virtio-iommu. */
@NullMarked
package org.iommulab.backend.virtio;

import org.jspecify.annotations.NullMarked;
