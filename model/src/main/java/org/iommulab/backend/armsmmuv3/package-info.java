/** ARM's SMMU, architecture version 3. */
@NullMarked
package org.iommulab.backend.armsmmuv3;

import org.jspecify.annotations.NullMarked;
