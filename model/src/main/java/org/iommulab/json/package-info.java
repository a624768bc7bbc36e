/**
 * Reading JSON that somebody else wrote: a tree that knows the line and column of each value, records filled from it, and
 * everything that is wrong told at once, with the nearest known name. Knows no scenario and no board; bounded in every
 * direction, so that no input can fill the memory.
 */
@NullMarked
package org.iommulab.json;

import org.jspecify.annotations.NullMarked;
