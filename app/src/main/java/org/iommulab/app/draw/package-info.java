/**
 * What every view draws with: colours by meaning, type, and a pen that writes to a canvas or to SVG alike. Views name
 * meanings only; a colour literal anywhere else is a defect.
 */
@NullMarked
package org.iommulab.app.draw;

import org.jspecify.annotations.NullMarked;
