/** Intel VT-d. */
@NullMarked
package org.iommulab.backend.intel;

import org.jspecify.annotations.NullMarked;
