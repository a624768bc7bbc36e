/**
 * The recording, the cursor, the selection, as observable properties: the only thing that views share. Running and
 * seeking happen off the window's thread; the latest state arrives once a frame.
 */
@NullMarked
package org.iommulab.app.playback;

import org.jspecify.annotations.NullMarked;
