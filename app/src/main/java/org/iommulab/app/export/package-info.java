/**
 * Pictures and animations of a run, composed from the same painters as the window, in any theme and size. SVG and text
 * need no screen library; PNG, APNG and GIF are painted by JavaFX without a window.
 */
@NullMarked
package org.iommulab.app.export;

import org.jspecify.annotations.NullMarked;
