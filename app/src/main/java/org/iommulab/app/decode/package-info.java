/** Log lines that somebody pastes, and what they mean. */
@NullMarked
package org.iommulab.app.decode;

import org.jspecify.annotations.NullMarked;
