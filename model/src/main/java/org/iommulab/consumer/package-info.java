/**
 * Devices that do DMA, and their drivers. Here is what all of them share; each driver has a room below, and the rooms do
 * not know each other.
 */
@NullMarked
package org.iommulab.consumer;

import org.jspecify.annotations.NullMarked;
