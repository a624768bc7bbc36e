package org.iommulab.decode;

import java.util.List;
import java.util.function.UnaryOperator;

/** Lines of the IOMMU core and of VFIO's way into it (drivers/iommu/iommu.c, drivers/vfio), releases 6.1 to 6.12. */
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
            ofDevice(
                    "Adding kernel taint for vfio-noiommu group on device",
                    "a device is handed out without an IOMMU",
                    "{device} has no IOMMU, and VFIO made a group of its own for it all the same: who opens it can make"
                            + " the device read and write any memory (enable_unsafe_noiommu_mode); the kernel is"
                            + " tainted (U)."),
            Report.line(
                    LineForm.ofDevice("vfio-noiommu device opened by user{? ({task:/.{1,16}?/}:{pid:d})?}"),
                    found -> Explanation.of(
                                    "a device is used without an IOMMU",
                                    "A program opened " + found.device() + ", in front of which there is no IOMMU: it"
                                            + " can reach any memory through it.")
                            .device(found, "the device that it is about")
                            .field("task", found.text("task"), "process " + found.text("pid"), "vfio_device_open_file")),
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
