package org.iommulab.backend.amd;

import java.util.List;
import java.util.Map;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.PciName;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** The lines of the AMD driver about its event log (drivers/iommu/amd/iommu.c, iommu_print_event and what it calls). */
public final class AmdFaultText implements FaultText {
    private static final String PRINT = "iommu_print_event, amd_iommu_report_page_fault";
    private static final String ENTRY = "AMD I/O Virtualization Technology specification, Event Log Entries";
    private static final int DTE_WORDS = 4;

    private static final LineForm EVENT =
            LineForm.ofDevice("{?AMD-Vi: ?}Event logged [{type:/[A-Z_]{3,40}/}{values:/[^\\]]{0,300}/}");

    private static final List<Report> REPORTS = List.of(
            new Report(
                            LineForm.ofDevice("AMD-Vi: Event logged [Device not attached to domain properly]"),
                            List.of(),
                            AmdFaultText::notAttached)
                    .then(LineForm.of("AMD-Vi:   device={requester:/[0-9a-f:]{2,16}\\.[0-7]/} domain={domain:x}")),
            new Report(EVENT, List.of(), AmdFaultText::event)
                    .then(LineForm.of("AMD-Vi: Control Reg : {control:x}"))
                    .then(LineForm.of("AMD-Vi: DTE[{n:d}]: {dte:x}"), DTE_WORDS)
                    .then(LineForm.of("AMD-Vi: CMD[{n:d}]: {command:x}"), 4),
            Report.line(
                    LineForm.of("AMD-Vi: IOMMU event log overflow"),
                    _ -> Explanation.of(
                            "events were lost",
                            "The event log ran over: the unit had more faults than the driver read. The driver starts"
                                    + " the log anew (amd_iommu_restart_event_logging).")),
            Report.line(
                    LineForm.of("AMD-Vi: IOMMU {log:/Event|PPR|GA/} {?L?}{?l?}og restarting"),
                    found -> Explanation.of(
                            "a log starts anew",
                            "The unit's " + found.text("log") + " log had run over; the driver starts it anew"
                                    + " (amd_iommu_restart_log).")),
            Report.line(
                    LineForm.of("AMD-Vi: Completion-Wait loop timed out"),
                    _ -> Explanation.of(
                            "the unit does not answer",
                            "The driver waited for the unit to say that it carried out its commands, in vain: the unit"
                                    + " hangs, or was reset (wait_on_sem).")),
            Report.line(
                    LineForm.of("AMD-Vi: Command buffer timeout"),
                    _ -> Explanation.of(
                            "the command buffer stays full",
                            "The unit does not read its commands any more (iommu_queue_command_sync).")));

    @Override
    public String title() {
        return "AMD-Vi";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation notAttached(Found found) {
        return Explanation.of(
                        "a fault of a device without a domain",
                        "The unit refused an access of " + found.text("requester")
                                + ", for which the driver has no domain (amd_iommu_report_page_fault).")
                .field("device", found.text("requester"), PciName.words(found.text("requester")), PRINT)
                .field("domain", found.text("domain"), "domain id in the event", ENTRY);
    }

    private static Explanation event(Found found) {
        Map<String, String> values = found.pairs("values");
        long flags = Found.hexOf(values.getOrDefault("flags", ""));
        String type = found.text("type");
        String who = values.getOrDefault("device", found.device());
        String address = values.getOrDefault("address", "");
        Explanation explanation = Explanation.of(title(type, flags), sentence(type, flags, who, address));
        explanation.field("event", type, meaning(type), ENTRY);
        explanation.field("device", who, PciName.words(who), PRINT);
        values.forEach((name, value) -> {
            if (name.equals("flags")) {
                explanation.bits(name, value, "", flags(flags), ENTRY);
            } else if (!name.equals("device")) {
                explanation.field(name, value, name.equals("address") ? address(type) : words(name), ENTRY);
            }
        });
        explanation.field("control register", found.text("control"), "", PRINT);
        entry(found, explanation);
        List<String> commands = found.all("command");
        for (int i = 0; i < commands.size(); i++) {
            explanation.field("CMD[" + i + "]", commands.get(i), "word " + i + " of the command", "dump_command");
        }
        return explanation;
    }

    private static String words(String name) {
        return switch (name) {
            case "domain" -> "domain id in the device table entry";
            case "pasid" -> "address space of the process, or the domain id";
            case "vmg_tag" -> "the guest";
            case "gpa" -> "guest physical address";
            case "spa" -> "system physical address";
            case "flags_rmp" -> "what the reverse map table says";
            case "tag" -> "number of the page request";
            default -> "";
        };
    }

    private static void entry(Found found, Explanation explanation) {
        List<String> words = found.all("dte");
        if (words.size() == DTE_WORDS) {
            var dte = new AmdDte(
                    Found.hexOf(words.get(0)),
                    Found.hexOf(words.get(1)),
                    Found.hexOf(words.get(2)),
                    Found.hexOf(words.get(3)));
            explanation.bits("DTE[0]", words.getFirst(), "", AmdDteWords.fields(dte), "dump_dte_entry");
        }
        for (int i = words.size() == DTE_WORDS ? 1 : 0; i < words.size(); i++) {
            explanation.field("DTE[" + i + "]", words.get(i), "", "dump_dte_entry");
        }
    }

    private static boolean isPageFault(String type) {
        return type.equals("IO_PAGE_FAULT");
    }

    private static boolean isSet(long flags, int bit) {
        return (flags >>> bit & 1) != 0;
    }

    private static String title(String type, long flags) {
        if (!isPageFault(type)) {
            return "event " + type;
        }
        return isSet(flags, AmdEvent.INTERRUPT)
                ? "interrupt refused"
                : isSet(flags, AmdEvent.WRITE) ? "DMA write refused" : "DMA read refused";
    }

    private static String sentence(String type, long flags, String who, String address) {
        if (!isPageFault(type)) {
            return "The unit logged: " + meaning(type) + (who.isEmpty() ? "." : ", device " + who + ".");
        }
        if (isSet(flags, AmdEvent.INTERRUPT)) {
            return "An interrupt message of " + who + " was refused.";
        }
        String why = isSet(flags, AmdEvent.RESERVED)
                ? "reserved bits are set in an entry"
                : isSet(flags, AmdEvent.PRESENT)
                        ? "there is a mapping, but it does not allow this"
                        : "nothing is mapped there, or the device is blocked";
        return who + (isSet(flags, AmdEvent.WRITE) ? " wrote to " : " read ") + address + ", which was refused: " + why
                + ".";
    }

    private static String meaning(String type) {
        return switch (type) {
            case "ILLEGAL_DEV_TABLE_ENTRY" -> "the device table entry has bits set that must be 0";
            case "IO_PAGE_FAULT" -> "no translation for an access, or one that does not allow it";
            case "DEV_TAB_HARDWARE_ERROR" -> "the device table entry could not be read from memory";
            case "PAGE_TAB_HARDWARE_ERROR" -> "a page-table entry could not be read from memory";
            case "ILLEGAL_COMMAND_ERROR" -> "a command that makes no sense; the command buffer stops";
            case "COMMAND_HARDWARE_ERROR" -> "a command could not be read from memory";
            case "IOTLB_INV_TIMEOUT" -> "a device did not answer an invalidation of its own translation cache in time";
            case "INVALID_DEVICE_REQUEST" -> "a request of a kind that the device may not make";
            case "INVALID_PPR_REQUEST" -> "a page request that makes no sense";
            case "RMP_PAGE_FAULT" -> "the reverse map table (SEV-SNP) does not allow the access";
            case "RMP_HW_ERROR" -> "the reverse map table could not be read";
            case "UNKNOWN" -> "a kind of event that the driver does not know";
            default -> "a kind of event that the lab does not know";
        };
    }

    private static String address(String type) {
        return switch (type) {
            case "ILLEGAL_COMMAND_ERROR", "COMMAND_HARDWARE_ERROR" -> "where the command is in memory";
            case "DEV_TAB_HARDWARE_ERROR", "PAGE_TAB_HARDWARE_ERROR" -> "where the entry is in memory";
            default -> "the address that the device used";
        };
    }

    private static List<BitField> flags(long flags) {
        return Bits.of(flags)
                .ifSet("TR", 8, "the device asked for a translation (ATS)")
                .flag("RZ", AmdEvent.RESERVED, "reserved bits are set in an entry", "no reserved bit is set")
                .flag("PE", AmdEvent.PERMISSION, "without permission", "permission was not what failed")
                .flag("RW", AmdEvent.WRITE, "a write", "a read")
                .flag("PR", AmdEvent.PRESENT, "a mapping is there", "no mapping is there")
                .flag("I", AmdEvent.INTERRUPT, "an interrupt request", "a memory access")
                .flag("US", AmdEvent.US, "with user privilege", "with supervisor privilege")
                .ifSet("NX", AmdEvent.NX, "an execute request")
                .ifSet("GN", AmdEvent.GN, "of a guest's address: with a PASID")
                .list();
    }
}
