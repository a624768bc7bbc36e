package org.iommulab.backend.virtio;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.PciName;
import org.iommulab.decode.Report;

/** The lines of the virtio-iommu driver (drivers/iommu/virtio-iommu.c, viommu_fault_handler). */
public final class VirtioFaultText implements FaultText {
    private static final String SOURCE =
            "viommu_fault_handler; virtio specification, IOMMU device, struct virtio_iommu_fault";

    private static final List<Report> REPORTS = List.of(
            Report.line(
                    LineForm.ofDevice("{reason:/page|domain|unknown/} fault from EP {endpoint:d} at {address:x}"
                            + " [{flags:/[RWX]*/}]"),
                    VirtioFaultText::explain),
            Report.line(
                    LineForm.ofDevice("{reason:/page|domain|unknown/} fault from EP {endpoint:d}"),
                    VirtioFaultText::explain));

    @Override
    public String title() {
        return "virtio-iommu";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        boolean write = found.text("flags").contains("W");
        String where =
                found.has("address") ? (write ? " wrote to " : " read ") + found.text("address") : " made an access";
        return Explanation.of(
                        !found.has("address") ? "an access refused" : write ? "DMA write refused" : "DMA read refused",
                        "Endpoint " + found.text("endpoint") + where + ", which the host refused: " + reason(found)
                                + ".")
                .device(found, "the virtio device that is the IOMMU")
                .field("reason", found.text("reason"), reason(found), SOURCE)
                .field(
                        "endpoint",
                        found.text("endpoint"),
                        "for PCI devices the requester id: " + PciName.of(found.decimal("endpoint")),
                        SOURCE)
                .field("address", found.text("address"), "the address that the device used", SOURCE)
                .field("flags", found.text("flags"), flags(found.text("flags")), SOURCE);
    }

    private static String reason(Found found) {
        return switch (found.text("reason")) {
            case "page" -> "no mapping, or one that does not allow this";
            case "domain" -> "the endpoint is attached to no domain";
            default -> "for a reason that the host does not tell";
        };
    }

    private static String flags(String flags) {
        return (flags.contains("R") ? "read " : "")
                + (flags.contains("W") ? "write " : "")
                + (flags.contains("X") ? "execute" : "");
    }
}
