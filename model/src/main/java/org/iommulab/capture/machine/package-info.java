/**
 * A captured machine, asked: why are two devices in one group, can a group be handed to user space and who blocks it, what
 * would overriding ACS split and what would it leave open, why has a device no group. All answers come from the file, as
 * records with plain sentences; nothing runs here but a scan of the captured configuration space.
 */
@NullMarked
package org.iommulab.capture.machine;

import org.jspecify.annotations.NullMarked;
