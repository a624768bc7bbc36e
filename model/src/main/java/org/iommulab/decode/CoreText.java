package org.iommulab.decode;

import java.util.List;
import java.util.function.UnaryOperator;

/** Lines of the IOMMU core and of who calls it (drivers/iommu, drivers/base/dd.c, arch/arm/mm), releases 6.1 to 6.12. */
final class CoreText implements FaultText {
    /** A line about a device in which a group's number is all that is told. */
    private static Report group(String text, String title, String sentence, String source) {
        return Report.line(
                LineForm.ofDevice(text),
                found -> Explanation.of(title, named(sentence, found))
                        .device(found, "the device that it is about")
                        .field("group", found.text("group"), "number of the group; good for this boot only", source)
                        .field("error", found.text("error"), ErrorWords.of(found.text("error")), source));
    }

    private static Report plain(String text, String title, String sentence, UnaryOperator<Explanation> more) {
        return Report.line(LineForm.of(text), found -> more.apply(Explanation.of(title, named(sentence, found))));
    }

    private static Report ofDevice(String text, String title, String sentence) {
        return Report.line(
                LineForm.ofDevice(text),
                found -> Explanation.of(title, named(sentence, found)).device(found, "the device that it is about"));
    }

    /** Puts what was found in the place of {@code {name}}. */
    private static String named(String sentence, Found found) {
        String text = sentence;
        for (String name : List.of("device", "group", "type", "other", "wish", "mode", "how", "bits", "error")) {
            text = text.replace("{" + name + "}", found.has(name) ? found.text(name) : "");
        }
        return text;
    }

    private static final List<Report> REPORTS = List.of(
            group(
                    "Adding to iommu group {group:d}",
                    "a device joins a group",
                    "{device} is now in group {group}: from here on it is translated as the group is.",
                    "iommu_group_add_device"),
            group(
                    "Removing from iommu group {group:d}",
                    "a device leaves its group",
                    "{device} is no longer in group {group}: it was removed, or its driver's probing was undone.",
                    "iommu_group_remove_device"),
            group(
                    "Failed to add to iommu group {group:d}: {error:d}",
                    "a device could not join",
                    "{device} could not be put into group {group}.",
                    "iommu_group_add_device"),
            group(
                    "Adding to IOMMU failed: {error:d}",
                    "a device goes on without its IOMMU",
                    "The firmware names an IOMMU for {device}, and setting it up failed: its DMA is direct"
                            + " (of_iommu_configure, acpi_iommu_configure_id; a debug line).",
                    "of_iommu_configure"),
            plain(
                    "iommu: Default domain type: {type:/Translated|Passthrough/}{how:/[ ]?(?:\\([a-z ]+\\))?/}",
                    "the default",
                    "Devices without a wish of their own get this kind of default domain: {type}.{how}",
                    e -> e),
            plain(
                    "iommu: DMA domain TLB invalidation policy: {mode:/lazy|strict/} mode{how:/[ ]?(?:\\([a-z"
                            + " ]+\\))?/}",
                    "when unmapping takes effect",
                    "As wished at this point of the boot: {mode}. Strict: the TLB is invalidated with each unmap;"
                            + " lazy: later, for many together. A driver may still force strict; the type files of the"
                            + " groups tell.{how}",
                    e -> e),
            plain(
                    "Forcing DAC for PCI devices",
                    "no addresses below 4 GiB first",
                    "iommu.forcedac is on the command line: PCI devices are not first given addresses of 32 bits.",
                    e -> e),
            plain(
                    "iommu: Memory encryption detected - Disabling default IOMMU Passthrough",
                    "the default is not passthrough",
                    "Memory is encrypted, so that a device could not use it at physical addresses: the default domain"
                            + " translates, unless the command line says otherwise.",
                    e -> e),
            Report.line(
                    LineForm.of("iommu: unaligned: iova {iova:x}{? pa {pa:x}?} size {size:x} min_pagesz {page:x}"),
                    found -> Explanation.of(
                                    "a " + (found.has("pa") ? "mapping" : "range to unmap") + " is not made of pages",
                                    "The address or the size is no multiple of the smallest page that the domain has,"
                                            + " and the core refuses it before the driver is asked.")
                            .field("iova", found.text("iova"), "device address", "iommu_map, iommu_unmap")
                            .field("pa", found.text("pa"), "physical address", "iommu_map")
                            .field("size", found.text("size"), "bytes", "iommu_map, iommu_unmap")
                            .field("page", found.text("page"), "the smallest page", "iommu_map, iommu_unmap")),
            ofDevice(
                    "Group not assigned to default domain",
                    "a type is not changed",
                    "The group of {device} has another domain than its default one attached (-EBUSY, up to 6.4)."),
            plain(
                    "Multiple IOMMU drivers present for bus {other:w}, which the public IOMMU API can't fully support"
                            + " yet.",
                    "a domain is refused",
                    "A driver asked for a domain by bus, and devices of the {other} bus have IOMMUs of several drivers"
                            + " (iommu_domain_alloc, 6.8 to 6.12; a WARN, once).",
                    e -> e),
            ofDevice(
                    "DMA bounce buffers are inactive, unable to map unaligned transaction.",
                    "DMA of an untrusted device is refused",
                    "{device} is not trusted and wants to reach part of a page; that goes through a bounce buffer, of"
                            + " which there are none (iommu_dma_map_page; once)."),
            plain(
                    "specified DMA range outside IOMMU capability",
                    "DMA operations could not be set up",
                    "The addresses that the bus lets through are outside of what the domain can translate"
                            + " (iommu_dma_init_domain).",
                    e -> e),
            plain(
                    "Incompatible range for DMA domain",
                    "DMA operations could not be set up",
                    "A domain was set up before with another first address or page size (iommu_dma_init_domain).",
                    e -> e),
            ofDevice(
                    "deferred probe timeout, ignoring dependency",
                    "nobody waits any more",
                    "{device} waited for something that it can do without, as an IOMMU whose driver did not come, and"
                            + " goes on without (driver_deferred_probe_check_state)."),
            ofDevice(
                    "ignoring dependency for device, assuming no driver",
                    "nobody waits",
                    "{device} can do without something, as an IOMMU for which this kernel has no driver, and goes on"
                            + " without (driver_deferred_probe_check_state)."),
            ofDevice(
                    "device attach failed ({error:d})",
                    "a new device gets no driver",
                    "The attempt to bind a driver to {device} ended before the driver saw it: {error}, -16 is a group"
                            + " that a user owns (pci_bus_add_device)."),
            ofDevice(
                    "failed to stop IOMMU for a PCI reset: {error:d}",
                    "a reset is not done",
                    "{device} could not be blocked for the time of its reset, so that the reset was not tried"
                            + " (pci_dev_reset_iommu_prepare, 7.0 and later)."),
            ofDevice(
                    "Using {bits:d}-bit DMA addresses",
                    "addresses beyond 32 bits",
                    "No address below 4 GiB was free for {device}: from now on it gets ones of up to {bits} bits"
                            + " (iommu_dma_alloc_iova, 6.6 and later)."),
            plain(
                    "iommu: Failed to allocate default IOMMU domain of type {type:d} for group {other:s} - Falling"
                            + " back to IOMMU_DOMAIN_DMA",
                    "a wish that the driver cannot meet",
                    "The driver has no domain of type {type} (4 is identity, 3 DMA, 11 DMA-FQ); the group gets type"
                            + " DMA instead.",
                    e -> e),
            ofDevice(
                    "Device needs domain type {wish:s}, but device {other:s} in the same iommu group requires type"
                            + " {type:s} - using default",
                    "two devices of a group want different things",
                    "{device} wants {wish}, {other} wants {type}, and a group has one domain: it gets the default type"
                            + " (iommu_get_def_domain_type, up to 6.6)."),
            ofDevice(
                    "IOMMU driver error, requesting conflicting def_domain_type, {wish:s} and {other:s}, for devices"
                            + " in group {group:d}.",
                    "two devices of a group want different things",
                    "The driver asks for {wish} and for {other} in group {group}, and a group has one domain"
                            + " (iommu_get_def_domain_type, 6.7 and later)."),
            ofDevice(
                    "Device cannot be in {wish:s} domain",
                    "a wish that is refused",
                    "The type that was written to the group's type file does not fit what {device} needs: {wish}"
                            + " (iommu_change_dev_def_domain, up to 6.6)."),
            ofDevice(
                    "Device is not trusted, but driver is overriding group {group:d} to {type:s}, refusing to probe.",
                    "an untrusted device stays outside",
                    "{device} is outside the machine (external port) and must be translated, but its IOMMU's driver"
                            + " wants {type}."),
            ofDevice(
                    "Firmware has requested this device have a 1:1 IOMMU mapping, rejecting configuring the device"
                            + " without a 1:1 mapping.",
                    "a domain is refused because of reserved memory",
                    "{device} has memory that it must always reach at its own address, so that the core does not let"
                            + " it into a domain without that: no VFIO for it (-EINVAL, 6.6 and later)."),
            ofDevice(
                    "IOMMU driver was not able to establish FW requested direct mapping.",
                    "reserved memory is not mapped",
                    "The firmware wants memory of {device} to be mapped to itself, and the driver could not do it."),
            plain(
                    "iommu: Cannot change default domain: Group has more than one device",
                    "a type is not changed",
                    "The group's type file was written, but the group has several devices (-EINVAL).",
                    e -> e),
            plain(
                    "iommu: Device is still bound to driver",
                    "a type is not changed",
                    "The group's type file was written while a driver is bound to its device (-EBUSY).",
                    e -> e),
            ofDevice(
                    "iommu driver failed to attach the {type:/default.blocking|default|a compatible/} domain",
                    "the way back failed",
                    "A group was to go back to its own domain, and its driver refused, for which there is no reason:"
                            + " the hardware may still translate with the old one (a WARN, up to 6.4)."),
            ofDevice(
                    "iommu_group_store_type: {bits:d} callbacks suppressed",
                    "lines were left out",
                    "{bits} lines of this kind were not printed, because there were too many."),
            ofDevice(
                    "Failed to set up IOMMU for device {other:s}; retaining platform DMA ops",
                    "a device keeps direct DMA",
                    "{other} could not get its IOMMU's DMA operations; it goes on with the platform's"
                            + " (iommu_setup_dma_ops)."),
            ofDevice(
                    "Failed to create {bytes:d}-byte IOMMU mapping for device {other:s}",
                    "a device keeps direct DMA",
                    "The 32-bit ARM glue could not make a mapping for {other}: the device goes on without its"
                            + " IOMMU (arm_setup_iommu_dma_ops)."),
            ofDevice(
                    "Failed to attached device {other:s} to IOMMU_mapping",
                    "a device keeps direct DMA",
                    "The 32-bit ARM glue could not attach {other} to its mapping: the device goes on without its IOMMU"
                            + " (arm_setup_iommu_dma_ops)."),
            group(
                    "{way:/Failed to attach|failed to attach/} device to IOMMU_mapping",
                    "a device keeps direct DMA",
                    "The 32-bit ARM glue could not attach {device} to a mapping.",
                    "arm_setup_iommu_dma_ops"));

    @Override
    public String title() {
        return "IOMMU core";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }
}
