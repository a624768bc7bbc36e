/**
 * What every vendor's room offers: how its units and its driver are put on a board. The rooms below do not know each
 * other, and nobody knows them but the board's registry.
 */
@NullMarked
package org.iommulab.backend;

import org.jspecify.annotations.NullMarked;
