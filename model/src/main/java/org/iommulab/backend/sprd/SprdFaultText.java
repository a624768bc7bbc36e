package org.iommulab.backend.sprd;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/**
 * The lines of Unisoc's driver (drivers/iommu/sprd-iommu.c). The unit has no fault interrupt: an access that finds nothing
 * goes to a page set aside for this, and no line tells of it. These are refusals of the driver itself.
 */
public final class SprdFaultText implements FaultText {
    private static final String MAP = "sprd_iommu_map";

    private static final List<Report> REPORTS = List.of(
            Report.line(
                    LineForm.ofDevice("(iova({iova:x}) + size({size:x})) are not in the range!"),
                    found -> Explanation.of(
                                    "a mapping is refused",
                                    "The driver was asked to map outside the 256 MiB that its table has.")
                            .device(found, "the IOMMU")
                            .field("iova", found.text("iova"), "first address", MAP)
                            .field("size", found.text("size"), "bytes, hexadecimal", MAP)),
            Report.line(
                    LineForm.ofDevice("No sprd_iommu_device attached to the domain"),
                    _ -> Explanation.of(
                            "a mapping is refused",
                            "The domain was never attached, so that it has no table (" + MAP + ").")),
            Report.line(
                    LineForm.ofDevice("There's already a device attached to this domain."),
                    found -> Explanation.of(
                                    "an attach is refused",
                                    "The domain has had a device. Up to 6.3 this driver cannot attach it again, so that"
                                            + " the way back to the default domain fails (sprd_iommu_attach_device).")
                            .device(found, "the device that was to be attached, or the IOMMU")));

    @Override
    public String title() {
        return "Unisoc IOMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }
}
