package org.iommulab.backend.rockchip;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** The lines of the Rockchip driver (drivers/iommu/rockchip-iommu.c, rk_iommu_irq and log_iova). */
public final class RockchipFaultText implements FaultText {
    private static final String IRQ = "rk_iommu_irq";
    private static final String WALK = "log_iova: the CPU walks the tables once more";

    private static final LineForm INDEXES = LineForm.ofDevice(
            "iova = {walked:x}: dte_index: {dteIndex:x} pte_index: {pteIndex:x} page_offset: {offset:x}");
    private static final LineForm ENTRIES =
            LineForm.ofDevice("mmu_dte_addr: {root:x} dte@{dteAt:x}: {dte:x} valid: {dteValid:d} "
                    + "pte@{pteAt:x}: {pte:x} valid: {pteValid:d} page@{page:x} flags: {flags:x}");

    private static final List<Report> REPORTS = List.of(
            new Report(
                            LineForm.ofDevice("Page fault at {iova:x} of type {way:/read|write/}"),
                            List.of(),
                            RockchipFaultText::explain)
                    .then(INDEXES)
                    .then(ENTRIES)
                    .then(LineForm.ofDevice("Page fault while iommu not attached to {nobody:/domain/}?")),
            Report.line(
                    LineForm.ofDevice("BUS_ERROR occurred at {iova:x}"),
                    found -> Explanation.of(
                                    "a table could not be read", "The unit read a table where no memory answers.")
                            .device(found, "the IOMMU")
                            .field("address", found.text("iova"), "the address that the device used last", IRQ)),
            Report.line(
                    LineForm.ofDevice("unexpected int_status: {status:x}"),
                    found -> Explanation.of(
                                    "an interrupt without a meaning",
                                    "The unit raised causes that the driver does not know.")
                            .device(found, "the IOMMU")
                            .field(
                                    "INT_STATUS",
                                    found.text("status"),
                                    "bit 0 a page fault, bit 1 a bus error; the rest is not known",
                                    IRQ)));

    @Override
    public String title() {
        return "Rockchip IOMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        String way = found.text("way").equals("write") ? "write" : "read";
        Explanation explanation = Explanation.of(
                        "DMA " + way + " refused",
                        "A device behind this IOMMU tried to " + way + " " + found.text("iova") + ": " + why(found)
                                + ". The driver lets it go on after it printed.")
                .device(found, "the IOMMU")
                .field("address", found.text("iova"), "PAGE_FAULT_ADDR: the address that the device used", IRQ)
                .field("type", found.text("way"), "bit 5 of MMU_STATUS", IRQ)
                .field("dte_index", found.text("dteIndex"), "entry of the directory: address bits 31 to 22", WALK)
                .field("pte_index", found.text("pteIndex"), "entry of the page table: address bits 21 to 12", WALK)
                .field("page_offset", found.text("offset"), "address bits 11 to 0", WALK)
                .field("mmu_dte_addr", found.text("root"), "the directory, as the unit has it", WALK);
        if (found.has("dte")) {
            explanation
                    .bits("dte", found.text("dte"), "at " + found.text("dteAt"), fields(0, found.hex("dte")), WALK)
                    .bits("pte", found.text("pte"), "at " + found.text("pteAt"), fields(1, found.hex("pte")), WALK)
                    .field("page", found.text("page"), "where the entry points, 0 where it is not valid", WALK)
                    .field(
                            "flags",
                            found.text("flags"),
                            "bits 8 to 1 of the entry; on version 2 they hold address bits",
                            WALK);
        }
        return explanation;
    }

    private static String why(Found found) {
        if (found.has("nobody")) {
            return "no domain is attached";
        }
        if (found.has("dteValid") && found.decimal("dteValid") == 0) {
            return "the directory has no page table there";
        }
        if (found.has("pteValid")) {
            return found.decimal("pteValid") == 0
                    ? "nothing is mapped there"
                    : "there is a mapping, but it does not allow this, or it came after the fault";
        }
        return "nothing is mapped there, or the mapping does not allow it";
    }

    private static List<BitField> fields(int level, long entry) {
        return new RockchipEntries(RockchipFormat.V1).fields(level, entry);
    }
}
