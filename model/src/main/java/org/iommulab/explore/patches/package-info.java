/**
 * The series patch by patch: what each changes in the drivers' tables and in the core's behaviours, why it was made, and
 * where a story first notices it. Nothing here draws or prints.
 */
@NullMarked
package org.iommulab.explore.patches;

import org.jspecify.annotations.NullMarked;
