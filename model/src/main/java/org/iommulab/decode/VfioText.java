package org.iommulab.decode;

import java.util.List;
import java.util.function.Function;

/** Lines about devices that are handed to user space (drivers/vfio, drivers/iommu/iommufd), releases 6.1 to 6.12. */
final class VfioText implements FaultText {
    private static final String ABOUT = "the device that it is about";

    private static Report of(String text, String title, Function<String, String> sentence) {
        return Report.line(
                LineForm.ofDevice(text),
                found -> Explanation.of(title, sentence.apply(found.has("device") ? found.device() : "the device"))
                        .device(found, ABOUT));
    }

    private static final List<Report> REPORTS = List.of(
            of(
                    "Adding kernel taint for vfio-noiommu group on device",
                    "a device is handed out without an IOMMU",
                    device -> device + " has no IOMMU, and VFIO made a group of its own for it all the same: who opens"
                            + " it can make the device read and write any memory (enable_unsafe_noiommu_mode); the"
                            + " kernel is tainted (U)."),
            Report.line(
                    LineForm.ofDevice("vfio-noiommu device opened by user{? ({task:/.{1,16}?/}:{pid:d})?}"),
                    found -> Explanation.of(
                                    "a device is used without an IOMMU",
                                    "A program opened " + found.device() + ", in front of which there is no IOMMU: it"
                                            + " can reach any memory through it.")
                            .device(found, ABOUT)
                            .field(
                                    "task",
                                    found.text("task"),
                                    "process " + found.text("pid"),
                                    "vfio_device_open_file")),
            Report.line(
                    LineForm.of("vfio_iommu_type1_attach_group: No interrupt remapping support."),
                    _ -> Explanation.of(
                            "a group is refused because of interrupts",
                            "Interrupts of this machine's devices cannot be kept apart, so that a user could send any"
                                    + " interrupt by a DMA write: no group comes into a container (-EPERM) unless the"
                                    + " module vfio_iommu_type1 is told allow_unsafe_interrupts=1.")),
            of(
                    "MSI interrupts are not secure, they cannot be isolated by the platform.",
                    "interrupts are not kept apart",
                    device ->
                            "A user of " + device + " can send any interrupt by a DMA write; iommufd was told to allow"
                                    + " that (allow_unsafe_interrupts)."),
            of(
                    "No device request channel registered, blocked until released by user",
                    "unbinding waits",
                    device -> "A program has " + device + " open: unbinding its driver, or removing it, goes on when"
                            + " the program closes it (vfio_unregister_group_dev)."),
            of(
                    "Cannot bind to PF with SR-IOV enabled",
                    "vfio-pci refuses a device",
                    device -> device + " has virtual functions, which others may use (-EBUSY)."));

    @Override
    public String title() {
        return "VFIO";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }
}
