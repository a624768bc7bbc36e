/** Why something went wrong: the way from the cause to the harm as a row of steps that lead there. */
@NullMarked
package org.iommulab.app.why;

import org.jspecify.annotations.NullMarked;
