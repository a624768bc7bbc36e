package org.iommulab.backend.mtkv1;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The line of MediaTek's first driver (drivers/iommu/mtk_iommu_v1.c, mtk_iommu_v1_isr). */
public final class MtkV1FaultText implements FaultText {
    private static final String SOURCE = "mtk_iommu_v1_isr";

    private static final List<Report> REPORTS = List.of(Report.line(
            LineForm.ofDevice("fault type={type:x} iova={iova:x} pa={pa:x} larb={larb:d} port={port:d}"),
            MtkV1FaultText::explain));

    @Override
    public String title() {
        return "MediaTek M4U version 1";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        return Explanation.of(
                        "DMA lost",
                        "The device at larb " + found.text("larb") + ", port " + found.text("port") + " accessed "
                                + found.text("iova")
                                + ", where nothing is mapped. It gets no error: the access went to a page set aside"
                                + " for this.")
                .device(found, "the M4U")
                .bits(
                        "fault type",
                        found.text("type"),
                        "register FAULT_ST",
                        Bits.of(found.hex("type"))
                                .ifSet(
                                        "table walk",
                                        Integer.numberOfTrailingZeros(MtkV1Layout.FAULT_TABLE_WALK),
                                        "the table could not be read")
                                .flag(
                                        "translation",
                                        Integer.numberOfTrailingZeros(MtkV1Layout.FAULT_TRANSLATION),
                                        "nothing is mapped there",
                                        "a translation was found")
                                .list(),
                        SOURCE)
                .field("iova", found.text("iova"), "register FAULT_VA: the page that the device used", SOURCE)
                .field("pa", found.text("pa"), "register INVLD_PA", SOURCE)
                .field("larb", found.text("larb"), "local arbiter that the access came through", SOURCE)
                .field("port", found.text("port"), "port of that arbiter: which device", SOURCE);
    }
}
