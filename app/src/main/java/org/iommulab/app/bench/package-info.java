/**
 * Measurements of the window: how soon it shows something useful, how even its frames are.
 */
@NullMarked
package org.iommulab.app.bench;

import org.jspecify.annotations.NullMarked;
