/**
 * What every pane of the window is made of: a canvas that follows its region's size and paints once a pulse, the theme
 * it paints in, and the promise of a text twin. No drawing and no knowledge of a recording.
 */
@NullMarked
package org.iommulab.app.pane;

import org.jspecify.annotations.NullMarked;
