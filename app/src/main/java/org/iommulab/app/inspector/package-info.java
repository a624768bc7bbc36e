/**
 * The facts of what is selected, as label and value: a pure function of the moment, and the pane that shows it.
 */
@NullMarked
package org.iommulab.app.inspector;

import org.jspecify.annotations.NullMarked;
