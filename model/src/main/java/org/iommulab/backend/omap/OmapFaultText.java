package org.iommulab.backend.omap;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The line of the OMAP driver (drivers/iommu/omap-iommu.c, iommu_fault_handler). */
public final class OmapFaultText implements FaultText {
    private static final String SOURCE = "iommu_fault_handler";

    private static final List<Report> REPORTS = List.of(Report.line(
            LineForm.ofDevice(
                    "{name:/[^\\s:]+/}: errs:{errs:x} da:{da:x} pgd:{pgdAt:s} *pgd:{px:/px|/}{pgd:x}{? pte:{pteAt:s}"
                            + " *pte:{pte:x}?}"),
            OmapFaultText::explain));

    @Override
    public String title() {
        return "OMAP IOMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        int errs = (int) found.hex("errs");
        Explanation explanation = Explanation.of(
                        "DMA refused",
                        "A device behind " + found.text("name") + " accessed " + found.text("da") + ": "
                                + why(errs, found) + ". The IOMMU's interrupts are off from now on.")
                .device(found, "the IOMMU")
                .bits(
                        "errs",
                        found.text("errs"),
                        "causes, as register IRQSTATUS has them",
                        Bits.of(errs)
                                .ifSet("MULTIHITFAULT", bit(OmapLayout.IRQ_MULTI_HIT), "several TLB entries match")
                                .ifSet(
                                        "TABLEWALKFAULT",
                                        bit(OmapLayout.IRQ_TABLE_WALK_FAULT),
                                        "a table could not be read")
                                .ifSet(
                                        "EMUMISS",
                                        bit(OmapLayout.IRQ_EMU_MISS),
                                        "a debugger's access that is not in the TLB")
                                .ifSet(
                                        "TRANSLATIONFAULT",
                                        bit(OmapLayout.IRQ_TRANSLATION_FAULT),
                                        "nothing is mapped there")
                                .ifSet(
                                        "TLBMISS",
                                        bit(OmapLayout.IRQ_TLB_MISS),
                                        "not in the TLB, and the table walker is off")
                                .list(),
                        SOURCE)
                .field("da", found.text("da"), "device address: what the device used", SOURCE)
                .field(
                        "pgd",
                        found.text("pgdAt"),
                        "where the first-level entry is; the kernel prints pointers hashed",
                        SOURCE);
        long pgd = found.hex("pgd");
        explanation.bits(
                "*pgd", found.text("pgd"), "first-level entry", entries().fields(0, pgd), SOURCE);
        if (found.has("pte")) {
            explanation
                    .field("pte", found.text("pteAt"), "where the second-level entry is", SOURCE)
                    .bits(
                            "*pte",
                            found.text("pte"),
                            "second-level entry",
                            entries().fields(1, found.hex("pte")),
                            SOURCE);
        }
        return explanation;
    }

    private static OmapEntries entries() {
        return new OmapEntries(new OmapFormat());
    }

    private static String why(int errs, Found found) {
        if ((errs & OmapLayout.IRQ_TABLE_WALK_FAULT) != 0) {
            return "a table could not be read";
        }
        if ((errs & OmapLayout.IRQ_MULTI_HIT) != 0) {
            return "several TLB entries match";
        }
        return found.has("pte") ? "nothing is mapped in the second-level table" : "the first level has no table there";
    }

    private static int bit(int mask) {
        return Integer.numberOfTrailingZeros(mask);
    }
}
