package org.iommulab.backend.qcom;

import java.util.List;
import org.iommulab.backend.ContextFaultBits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The line of Qualcomm's driver (drivers/iommu/arm/arm-smmu/qcom_iommu.c, qcom_iommu_fault). */
public final class QcomFaultText implements FaultText {
    private static final String SOURCE = "qcom_iommu_fault";

    private static final List<Report> REPORTS = List.of(Report.line(
            LineForm.ofDevice("Unhandled context fault: fsr={fsr:x}, iova={iova:x}, fsynr={fsynr:x}, cb={cb:d}"),
            QcomFaultText::explain));

    @Override
    public String title() {
        return "Qualcomm IOMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        boolean write = ContextFaultBits.isWrite(found.hex("fsynr"));
        return Explanation.of(
                        write ? "DMA write refused" : "DMA read refused",
                        "A device of context bank " + found.text("cb") + (write ? " wrote to " : " read ")
                                + found.text("iova") + ", which was refused: "
                                + ContextFaultBits.cause(found.hex("fsr")) + ".")
                .device(found, "the context bank, not the device that made the access")
                .bits(
                        "fsr",
                        found.text("fsr"),
                        "fault status",
                        ContextFaultBits.status(found.hex("fsr")),
                        ContextFaultBits.FSR)
                .field("iova", found.text("iova"), "the address that the device used (FAR)", SOURCE)
                .bits(
                        "fsynr",
                        found.text("fsynr"),
                        "fault syndrome",
                        ContextFaultBits.syndrome(found.hex("fsynr")),
                        ContextFaultBits.FSYNR0)
                .field("cb", found.text("cb"), "context bank, which is also its ASID", SOURCE);
    }
}
