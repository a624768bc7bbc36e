package org.iommulab.backend.s390;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The lines about a PCI function in error (arch/s390/pci/pci_event.c, __zpci_event_error and the recovery). */
public final class S390FaultText implements FaultText {
    private static final String SOURCE = "__zpci_event_error";
    private static final String RECOVERY = "zpci_event_attempt_error_recovery";
    private static final int RECOVERY_FAILED = 0x3b;
    private static final int SERVICE = 0x40;

    private static final List<Report> REPORTS = List.of(new Report(
                    LineForm.of("{?zpci: ?}{function:/[0-9a-f:.]{3,16}|n.a/}: Event {pec:x} reports an error for PCI"
                            + " function {fid:x}"),
                    List.of(),
                    S390FaultText::explain)
            .then(LineForm.of("{?zpci: ?}{where:s}: {step:/Cannot be recovered [a-z \\-]+|The .{1,64} driver bound to"
                    + " the device does not support error recovery/}"))
            .then(
                    LineForm.of(
                            "{?zpci: ?}{where:s}: {step:/Unblocking device access for examination|Initiating reset|The"
                                    + " reset request failed/}"),
                    3)
            .then(
                    LineForm.of(
                            "{?zpci: ?}{where:s}: {step:/The device is ready to resume operations|Automatic recovery"
                                    + " failed.{0,80}/}"),
                    2));

    @Override
    public String title() {
        return "s390 PCI";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        return Explanation.of(
                        "a PCI function stands still",
                        "Function " + found.text("fid") + " got into error and its accesses are blocked: "
                                + words((int) found.hex("pec"))
                                + ". The line does not tell the address; the hex dump \"error CCDF\" in s390dbf does.")
                .field("device", found.text("function"), "the PCI function", SOURCE)
                .field("event", found.text("pec"), words((int) found.hex("pec")), SOURCE)
                .field(
                        "function id",
                        found.text("fid"),
                        "FID: the number by which the machine knows the function",
                        SOURCE)
                .field("recovery", String.join("; ", found.all("step")), recovery(found), RECOVERY);
    }

    private static String words(int pec) {
        return switch (pec) {
            case S390Layout.PEC_IN_ERROR -> "an access that the tables do not allow, or another error of the function";
            case RECOVERY_FAILED -> "the machine could not recover it";
            case SERVICE -> "somebody at the service element asked for it, or it is for the service";
            default -> "an event whose number the lab does not know";
        };
    }

    private static String recovery(Found found) {
        String steps = String.join(" ", found.all("step"));
        return steps.contains("ready to resume") ? "the function works again" : "the function stays blocked";
    }
}
