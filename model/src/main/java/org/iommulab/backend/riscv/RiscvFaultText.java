package org.iommulab.backend.riscv;

import java.util.List;
import java.util.Map;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.PciName;
import org.iommulab.decode.Report;

/** The lines of the RISC-V driver (drivers/iommu/riscv/iommu.c, riscv_iommu_fault and riscv_iommu_queue handlers). */
public final class RiscvFaultText implements FaultText {
    private static final String SOURCE = "riscv_iommu_fault; RISC-V IOMMU specification, Fault record CAUSE";

    private static final Map<Integer, String> CAUSES = Map.ofEntries(
            Map.entry(1, "an instruction fetch where no memory answers"),
            Map.entry(5, "a read, while a table could not be read"),
            Map.entry(7, "a write, while a table could not be read"),
            Map.entry(12, "an instruction fetch that the tables do not allow"),
            Map.entry(13, "a read that the tables do not allow"),
            Map.entry(15, "a write that the tables do not allow"),
            Map.entry(20, "an instruction fetch that the guest's tables do not allow"),
            Map.entry(21, "a read that the guest's tables do not allow"),
            Map.entry(23, "a write that the guest's tables do not allow"),
            Map.entry(256, "all accesses are refused: the IOMMU is off"),
            Map.entry(257, "a device directory entry could not be read"),
            Map.entry(258, "the device directory entry is not valid: the device is blocked"),
            Map.entry(259, "the device directory entry makes no sense"),
            Map.entry(260, "a kind of access that the device directory does not allow"));

    private static final List<Report> REPORTS = List.of(
            Report.line(
                    LineForm.ofDevice("Fault {cause:d} devid: {device0:x} iotval: {iotval:x} iotval2: {iotval2:x}"),
                    RiscvFaultText::explain),
            Report.line(
                    LineForm.ofDevice("Queue #{queue:d} error; fault:{fault:d} timeout:{timeout:d} illegal:{illegal:d}"
                            + " fence_w_ip:{fence:d}"),
                    found -> Explanation.of("the command queue stopped", "The IOMMU could not carry out a command.")
                            .device(found, "the IOMMU")
                            .field(
                                    "fault",
                                    found.text("fault"),
                                    "1: the queue could not be read",
                                    "riscv_iommu_cmdq_process")
                            .field(
                                    "timeout",
                                    found.text("timeout"),
                                    "1: a device did not answer an invalidation in time",
                                    "riscv_iommu_cmdq_process")
                            .field(
                                    "illegal",
                                    found.text("illegal"),
                                    "1: a command that makes no sense",
                                    "riscv_iommu_cmdq_process")
                            .field(
                                    "fence_w_ip",
                                    found.text("fence"),
                                    "1: a completion is waiting",
                                    "riscv_iommu_cmdq_process")),
            Report.line(
                    LineForm.ofDevice("Queue #{queue:d} error; memory fault:{fault:d} overflow:{overflow:d}"),
                    found -> Explanation.of("faults were lost", "The fault queue ran over, or could not be written.")
                            .device(found, "the IOMMU")
                            .field(
                                    "memory fault",
                                    found.text("fault"),
                                    "1: the queue could not be written",
                                    "riscv_iommu_fltq_process")
                            .field(
                                    "overflow",
                                    found.text("overflow"),
                                    "1: there were more faults than the driver read",
                                    "riscv_iommu_fltq_process")));

    @Override
    public String title() {
        return "RISC-V IOMMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        int cause = found.decimal("cause");
        String words = CAUSES.getOrDefault(cause, "a cause that is reserved or newer than the lab");
        return Explanation.of(
                        "an access refused",
                        "Device " + found.text("device0") + " accessed 0x" + found.text("iotval")
                                + ", which was refused: " + words + ".")
                .device(found, "the IOMMU")
                .field("cause", found.text("cause"), words, SOURCE)
                .field(
                        "devid",
                        found.text("device0"),
                        "for PCI devices the requester id: " + PciName.of(found.hex("device0")),
                        SOURCE)
                .field("iotval", found.text("iotval"), "the address that the device used, hexadecimal", SOURCE)
                .field("iotval2", found.text("iotval2"), "for guests' faults: the guest physical address", SOURCE);
    }
}
