/**
 * What the CPU wrote last, to registers and to tables in memory, newest first, and the registers of the selected unit as
 * they are at this step.
 */
@NullMarked
package org.iommulab.app.registers;

import org.jspecify.annotations.NullMarked;
