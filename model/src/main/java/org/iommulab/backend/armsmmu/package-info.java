/** ARM's SMMU, architecture versions 1 and 2. */
@NullMarked
package org.iommulab.backend.armsmmu;

import org.jspecify.annotations.NullMarked;
