package org.iommulab.backend.sun50i;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The lines of Allwinner's driver (drivers/iommu/sun50i-iommu.c, sun50i_iommu_report_fault). */
public final class Sun50iFaultText implements FaultText {
    private static final String SOURCE = "sun50i_iommu_report_fault";

    private static final List<Report> REPORTS = List.of(new Report(
                    LineForm.ofDevice("Page fault for {iova:x} (master {master:d}, dir {way:/rd|wr/})"),
                    List.of(),
                    Sun50iFaultText::explain)
            .then(LineForm.ofDevice("Page fault while iommu not attached to any {nobody:/domain/}?")));

    @Override
    public String title() {
        return "Allwinner IOMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        boolean write = found.text("way").equals("wr");
        return Explanation.of(
                        write ? "DMA write refused" : "DMA read refused",
                        "Master " + found.text("master") + " accessed " + found.text("iova")
                                + ": nothing is mapped there, or the mapping does not allow it."
                                + (found.has("nobody") ? " No domain is attached." : ""))
                .device(found, "the IOMMU")
                .field("address", found.text("iova"), "the address that the device used", SOURCE)
                .field(
                        "master",
                        found.text("master"),
                        "the number in the device tree's iommus property, 0 to " + (Sun50iLayout.MASTERS - 1),
                        SOURCE)
                .field(
                        "direction",
                        found.text("way"),
                        write ? "a write" : "a read; where an entry is invalid it says rd for writes, too",
                        SOURCE);
    }
}
