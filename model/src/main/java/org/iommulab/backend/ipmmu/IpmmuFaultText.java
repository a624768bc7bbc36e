package org.iommulab.backend.ipmmu;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The lines of the IPMMU driver (drivers/iommu/ipmmu-vmsa.c, ipmmu_domain_irq). */
public final class IpmmuFaultText implements FaultText {
    private static final String SOURCE = "ipmmu_domain_irq";
    private static final String STATUS = "ipmmu_domain_irq; register IMSTR";

    private static final List<Report> REPORTS = List.of(
            Report.line(LineForm.ofDevice("Unhandled fault: status {status:x} iova {iova:x}"), IpmmuFaultText::explain),
            Report.line(
                    LineForm.ofDevice("Multiple TLB hits @{iova:x}"),
                    found -> simple(
                            found, "several TLB entries match", "Several entries of the TLB match one address.")),
            Report.line(
                    LineForm.ofDevice("Page Table Walk Abort @{iova:x}"),
                    found -> simple(found, "a table walk failed", "A table could not be read.")));

    @Override
    public String title() {
        return "Renesas IPMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation simple(Found found, String title, String sentence) {
        return Explanation.of(title, sentence + " The unit does not tell which device it was.")
                .device(found, "the IPMMU of the domain")
                .field("address", found.text("iova"), "the address that a device used", SOURCE);
    }

    private static Explanation explain(Found found) {
        int status = (int) found.hex("status");
        String why = (status & IpmmuLayout.IMSTR_TF) != 0
                ? "nothing is mapped there"
                : (status & IpmmuLayout.IMSTR_PF) != 0
                        ? "there is a mapping, but it does not allow this"
                        : "see the status";
        return Explanation.of(
                        "DMA refused",
                        "A device behind this IPMMU accessed " + found.text("iova") + ", which was refused: " + why
                                + ". The unit does not tell which device it was.")
                .device(found, "the IPMMU of the domain")
                .bits(
                        "status",
                        found.text("status"),
                        "",
                        Bits.of(status)
                                .flag(
                                        "MHIT",
                                        bit(IpmmuLayout.IMSTR_MHIT),
                                        "several TLB entries match",
                                        "one TLB entry at most matches")
                                .flag(
                                        "ABORT",
                                        bit(IpmmuLayout.IMSTR_ABORT),
                                        "a table could not be read",
                                        "all tables could be read")
                                .flag(
                                        "PF",
                                        bit(IpmmuLayout.IMSTR_PF),
                                        "the mapping does not allow this",
                                        "permission was not what failed")
                                .flag(
                                        "TF",
                                        bit(IpmmuLayout.IMSTR_TF),
                                        "nothing is mapped there",
                                        "a translation was found")
                                .list(),
                        STATUS)
                .field("iova", found.text("iova"), "the address that a device used", SOURCE);
    }

    private static int bit(int mask) {
        return Integer.numberOfTrailingZeros(mask);
    }
}
