/** The RISC-V IOMMU. */
@NullMarked
package org.iommulab.backend.riscv;

import org.jspecify.annotations.NullMarked;
