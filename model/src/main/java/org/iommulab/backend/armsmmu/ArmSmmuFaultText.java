package org.iommulab.backend.armsmmu;

import java.util.List;
import org.iommulab.backend.ContextFaultBits;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** The lines of the SMMUv2 driver (drivers/iommu/arm/arm-smmu/arm-smmu.c), of 6.1 and 6.12. */
public final class ArmSmmuFaultText implements FaultText {
    private static final String CONTEXT = "arm_smmu_context_fault, arm_smmu_print_context_fault_info";
    private static final String GLOBAL =
            "arm_smmu_global_fault; ARM SMMU architecture v2 (IHI 0062), SMMU_sGFSR and SMMU_sGFSYNRn";

    private static final LineForm REGISTERS = LineForm.ofDevice(
            "{tab:/(?:\\t|#011| )?/}GFSR {gfsr:x}, GFSYNR0 {gfsynr0:x}, GFSYNR1 {gfsynr1:x}, GFSYNR2 {gfsynr2:x}");

    private static final List<Report> REPORTS = List.of(
            new Report(
                            LineForm.ofDevice("Unhandled context fault: fsr={fsr:x}, iova={iova:x}, fsynr={fsynr:x}, "
                                    + "cbfrsynra={sid:x}, cb={cb:d}"),
                            List.of(),
                            ArmSmmuFaultText::context)
                    .then(LineForm.ofDevice("FSR    = {fsrWord:x} [{fsrText:/[^\\]]*/}], SID={sidText:x}"))
                    .then(LineForm.ofDevice("FSYNR0 = {fsynrWord:x} [{fsynrText:/[^\\]]*/}]")),
            new Report(
                            LineForm.ofDevice("Blocked unknown Stream ID {unknown:x}; boot with"),
                            List.of(),
                            ArmSmmuFaultText::unknownStream)
                    .then(REGISTERS),
            new Report(
                            LineForm.ofDevice("Unexpected global fault, this could be serious"),
                            List.of(),
                            ArmSmmuFaultText::global)
                    .then(REGISTERS),
            Report.line(REGISTERS, ArmSmmuFaultText::global),
            Report.line(
                    LineForm.ofDevice("TLB sync timed out -- SMMU may be deadlocked"),
                    found -> Explanation.of(
                                    "the unit does not answer",
                                    "The driver waited a second for invalidations to be over, in vain: the unit may"
                                            + " have no clock or power, or hangs on a stalled access"
                                            + " (__arm_smmu_tlb_sync).")
                            .device(found, "the SMMU")));

    @Override
    public String title() {
        return "ARM SMMUv2";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation context(Found found) {
        boolean write = ContextFaultBits.isWrite(found.hex("fsynr"));
        return Explanation.of(
                        write ? "DMA write refused" : "DMA read refused",
                        "The device with stream id " + found.text("sid") + (write ? " wrote to " : " read ")
                                + found.text("iova") + ", which was refused: "
                                + ContextFaultBits.cause(found.hex("fsr"))
                                + ". No handler of the domain took the fault.")
                .device(found, "the SMMU, not the device that made the access")
                .bits(
                        "fsr",
                        found.text("fsr"),
                        "fault status",
                        ContextFaultBits.status(found.hex("fsr")),
                        ContextFaultBits.FSR)
                .field("iova", found.text("iova"), "the address that the device used (FAR)", CONTEXT)
                .bits(
                        "fsynr",
                        found.text("fsynr"),
                        "fault syndrome",
                        ContextFaultBits.syndrome(found.hex("fsynr")),
                        ContextFaultBits.FSYNR0)
                .field(
                        "cbfrsynra",
                        found.text("sid"),
                        "stream id " + (found.hex("sid") & 0xffff) + " of the device",
                        CONTEXT)
                .field("cb", found.text("cb"), "context bank: which domain's tables were used", CONTEXT)
                .field("FSR in words", found.text("fsrText"), "the same bits, as 6.12 prints them", CONTEXT)
                .field("FSYNR0 in words", found.text("fsynrText"), "the same bits, as 6.12 prints them", CONTEXT);
    }

    private static Explanation unknownStream(Found found) {
        return registers(
                found,
                Explanation.of(
                                "a device that nobody set up",
                                "A device with stream id " + found.text("unknown")
                                        + " made an access, and no stream map entry has this id: refused. Its node may"
                                        + " lack an iommus property, or no driver is bound.")
                        .device(found, "the SMMU")
                        .field("stream id", found.text("unknown"), "as the bus shows it to the SMMU", GLOBAL));
    }

    private static Explanation global(Found found) {
        return registers(
                found,
                Explanation.of(
                                "a global fault",
                                "The SMMU refused an access before any context bank was chosen, or found its stream map"
                                        + " in error.")
                        .device(found, "the SMMU"));
    }

    private static Explanation registers(Found found, Explanation explanation) {
        if (!found.has("gfsr")) {
            return explanation;
        }
        return explanation
                .bits("GFSR", found.text("gfsr"), "global fault status", status(found.hex("gfsr")), GLOBAL)
                .bits("GFSYNR0", found.text("gfsynr0"), "how it was accessed", syndrome(found.hex("gfsynr0")), GLOBAL)
                .bits(
                        "GFSYNR1",
                        found.text("gfsynr1"),
                        "who accessed",
                        Bits.of(found.hex("gfsynr1"))
                                .field("SSD_INDEX", 31, 16, "security state index")
                                .field("StreamID", 15, 0, id -> "stream id 0x" + Long.toHexString(id))
                                .list(),
                        GLOBAL)
                .field("GFSYNR2", found.text("gfsynr2"), "defined by the implementation", GLOBAL);
    }

    private static List<BitField> status(long gfsr) {
        return Bits.of(gfsr)
                .ifSet("MULTI", 31, "there was another fault before this one was cleared")
                .ifSet("UUT", 8, "an access of a kind that the unit does not support")
                .ifSet("PF", 7, "a permission fault of the unit's own registers")
                .ifSet("EF", 6, "an external error")
                .ifSet("CAF", 5, "an access to registers that does not fit its configuration")
                .ifSet("UCIF", 4, "the stream map points at a context bank that cannot take interrupts")
                .ifSet("UCBF", 3, "the stream map points at a context bank that is not there")
                .ifSet("SMCF", 2, "several stream map entries match this stream id")
                .ifSet("USF", 1, "no stream map entry has this stream id")
                .ifSet("ICF", 0, "an invalid context: the entry says fault")
                .list();
    }

    private static List<BitField> syndrome(long gfsynr0) {
        return Bits.of(gfsynr0)
                .flag("NSATTR", 5, "the access has the attribute non-secure", "the access has the attribute secure")
                .flag("NSSTATE", 4, "from the non-secure state", "from the secure state")
                .flag("IND", 3, "an instruction fetch", "data")
                .flag("PNU", 2, "privileged", "unprivileged")
                .flag("WNR", 1, "a write", "a read")
                .flag("Nested", 0, "during a nested translation", "not nested")
                .list();
    }
}
