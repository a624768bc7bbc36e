/**
 * The timeline: what called what, lane by lane, over the steps of the recording. The bars are computed once per
 * recording as arrays of primitives; the painter knows no JavaFX and draws what the viewport shows; the view listens and
 * moves the playhead. No state of the machine is read here, only events.
 */
@NullMarked
package org.iommulab.app.timeline;

import org.jspecify.annotations.NullMarked;
