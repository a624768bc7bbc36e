/** Drivers of which the lab needs no more than that they bind: they enable runtime PM and that is all. */
@NullMarked
package org.iommulab.consumer.plain;

import org.jspecify.annotations.NullMarked;
