/**
 * The paravirtual IOMMU of virtual machines, as {@code drivers/iommu/virtio-iommu.c} and its device (as QEMU makes it)
 * are: no page table, no registers that matter, but requests in a queue in memory, which the host answers. Layout: the
 * transport's registers ({@code VirtioLayout}), requests, events and configuration ({@code ViommuLayout}) and their
 * bytes. Unit: the transport, the queues as the device sees them, and the host's endpoints, domains and mappings.
 * Driver: virtio-pci and the ring as far as this device needs them, the requests, the callbacks.
 *
 * <p>Left out: rings with indirect descriptors or event indexes (QEMU offers both; with the first a queue of 256 holds
 * 256 requests instead of 128, with the second a kick with nothing new is not sent), virtio-mmio, and the driver on x86,
 * where ACPI's VIOT names the devices.
 */
@NullMarked
package org.iommulab.backend.virtio;

import org.jspecify.annotations.NullMarked;
