/**
 * What must always hold between belief and hardware, and who broke it when. A rule looks at the machine as core,
 * platform and hardware expose it; it knows no vendor.
 */
@NullMarked
package org.iommulab.rules;

import org.jspecify.annotations.NullMarked;
