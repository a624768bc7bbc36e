package org.iommulab.backend.msm;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** The lines of the first Qualcomm driver (drivers/iommu/msm_iommu.c, msm_iommu_fault_handler and print_ctx_regs). */
public final class MsmFaultText implements FaultText {
    private static final String HANDLER = "msm_iommu_fault_handler";
    private static final String REGISTERS = "print_ctx_regs";
    private static final String FRONT = "{?msm_iommu: ?}";

    private static final List<Report> REPORTS = List.of(
            registers(new Report(LineForm.of(FRONT + "Unexpected IOMMU page fault!"), List.of(), MsmFaultText::explain)
                    .then(LineForm.of(FRONT + "base = {base:x}"))
                    .then(LineForm.of(FRONT + "Fault occurred in context {context:d}."))),
            registers(new Report(
                    LineForm.of(FRONT + "Fault occurred in context {context:d}."), List.of(), MsmFaultText::explain)));

    @Override
    public String title() {
        return "MSM IOMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Report registers(Report report) {
        return report.then(LineForm.of(FRONT + "Interesting registers:"))
                .then(LineForm.of(FRONT + "FAR    = {far:x}    PAR    = {par:x}"))
                .then(LineForm.of(FRONT + "FSR    = {fsr:x} [{causes:/[A-Z ]*/}]"))
                .then(LineForm.of(FRONT + "FSYNR0 = {fsynr0:x}    FSYNR1 = {fsynr1:x}"))
                .then(LineForm.of(FRONT + "TTBR0  = {ttbr0:x}    TTBR1  = {ttbr1:x}"))
                .then(LineForm.of(FRONT + "SCTLR  = {sctlr:x}    ACTLR  = {actlr:x}"));
    }

    private static Explanation explain(Found found) {
        long fsr = found.hex("fsr");
        boolean write = MsmLayout.AWRITE.of((int) found.hex("fsynr0")) != 0;
        String why = MsmLayout.Fault.of((int) fsr).map(MsmLayout.Fault::words).orElse("the status names no cause");
        String sentence = found.has("far")
                ? "A device of context " + found.text("context") + (write ? " wrote to " : " read ") + found.text("far")
                        + ": " + why + ". Nothing lets it go on."
                : "An IOMMU has a fault; the registers are not in the log.";
        Explanation explanation = Explanation.of(
                !found.has("far") ? "DMA refused" : write ? "DMA write refused" : "DMA read refused", sentence);
        explanation.field("base", found.text("base"), "where the driver sees the IOMMU's registers", HANDLER);
        explanation.field("context", found.text("context"), "context bank: which device's tables were used", HANDLER);
        explanation.field("FAR", found.text("far"), "the address that the device used", REGISTERS);
        explanation.field("PAR", found.text("par"), "what the last translation probe found", REGISTERS);
        if (found.has("fsr")) {
            explanation.bits("FSR", found.text("fsr"), "fault status", status(fsr), REGISTERS);
        }
        if (found.has("fsynr0")) {
            explanation.bits(
                    "FSYNR0", found.text("fsynr0"), "fault syndrome", syndrome(found.hex("fsynr0"), write), REGISTERS);
        }
        explanation.field("FSYNR1", found.text("fsynr1"), "more of how it was accessed", REGISTERS);
        explanation.field("TTBR0", found.text("ttbr0"), "the tables that were walked", REGISTERS);
        explanation.field(
                "TTBR1", found.text("ttbr1"), "tables of upper addresses, which Linux does not use", REGISTERS);
        explanation.field("SCTLR", found.text("sctlr"), "control of the context", REGISTERS);
        return explanation.field("ACTLR", found.text("actlr"), "more control of the context", REGISTERS);
    }

    private static List<BitField> status(long fsr) {
        Bits bits = Bits.of(fsr)
                .ifSet("MULTI", 31, "there was another fault before this one was cleared")
                .ifSet("SS", 30, "the access is stalled")
                .ifSet("SL", 16, "the cause of a second-level entry");
        for (MsmLayout.Fault fault : MsmLayout.Fault.values()) {
            bits.ifSet(fault.abbreviation(), Integer.numberOfTrailingZeros(fault.mask()), fault.words());
        }
        return bits.list();
    }

    private static List<BitField> syndrome(long fsynr0, boolean write) {
        return Bits.of(fsynr0)
                .field("AWRITE", 8, 8, write ? "a write" : "a read")
                .field("AMID", 7, 0, "number of the master")
                .list();
    }
}
