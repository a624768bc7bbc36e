/**
 * Several recordings beside each other: aligned event by event along their call trees, where they part first, and in what
 * the machines differ at the end. Nothing here plays a story, draws or prints.
 */
@NullMarked
package org.iommulab.explore.compare;

import org.jspecify.annotations.NullMarked;
