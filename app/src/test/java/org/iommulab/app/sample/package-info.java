/** A small made-up run for tests of views: a recording written by hand, and a playback that only stands where it is told. */
@NullMarked
package org.iommulab.app.sample;

import org.jspecify.annotations.NullMarked;
