/**
 * The callbacks of the driver with a switch for each: taking one away asks the playback for another run.
 */
@NullMarked
package org.iommulab.app.ops;

import org.jspecify.annotations.NullMarked;
