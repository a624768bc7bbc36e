/**
 * A captured machine, asked: its groups and who blocks them, why two devices are together, what overriding ACS would split
 * and leave open; and the way to hand a device over.
 */
@NullMarked
package org.iommulab.app.machine;

import org.jspecify.annotations.NullMarked;
