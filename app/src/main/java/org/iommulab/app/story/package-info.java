/**
 * The left column: the chapters of the story, what happens at this step, and the patch series. It shows a run and asks
 * the playback; it runs nothing.
 */
@NullMarked
package org.iommulab.app.story;

import org.jspecify.annotations.NullMarked;
