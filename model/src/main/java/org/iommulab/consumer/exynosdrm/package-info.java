/**
 * Exynos DRM: component drivers of the display pipeline and the master that moves them all to one domain
 * (drivers/gpu/drm/exynos).
 */
@NullMarked
package org.iommulab.consumer.exynosdrm;

import org.jspecify.annotations.NullMarked;
