/** Checks that many tests share: what must hold for every recorded run, whatever its story. No test lives here. */
@NullMarked
package org.iommulab.testkit;

import org.jspecify.annotations.NullMarked;
