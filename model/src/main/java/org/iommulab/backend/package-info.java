/**
 * What all backends share, and the registry of them. Each vendor's driver, unit and layout live in a package of their
 * own below; this package is the only one that names them.
 */
@NullMarked
package org.iommulab.backend;

import org.jspecify.annotations.NullMarked;
