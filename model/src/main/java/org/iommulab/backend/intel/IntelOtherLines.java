package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** Lines of the Intel driver that are about no fault record: errors of the queue, and what boot finds. */
final class IntelOtherLines {
    private static final String QUEUE = "qi_dump_fault; VT-d specification, Invalidation Queue Error Record (IQERCD)";
    private static final String CAP = "VT-d specification, Capability Register";
    private static final String ECAP = "VT-d specification, Extended Capability Register";

    static final Report QUEUE_ERROR = new Report(
                    LineForm.of("DMAR: VT-d detected {what:/Invalidation (?:Queue|Time-out|Completion) Error/}: "
                            + "{kind:/Reason|SID/} {value:x}"),
                    List.of(),
                    IntelOtherLines::queueError)
            .then(LineForm.of("DMAR: QI HEAD: {head:/[A-Za-z \\-]+/} qw0 = {head0:x}, qw1 = {head1:x}"))
            .then(LineForm.of("DMAR: QI PRIOR: {prior:/[A-Za-z \\-]+/} qw0 = {prior0:x}, qw1 = {prior1:x}"))
            .then(LineForm.of("DMAR: {cleared:/Invalidation [A-Za-z\\-]+ Error \\((?:IQE|ITE|ICE)\\)/} cleared"), 2);

    static final Report ALREADY_SET = Report.line(
            LineForm.of("DMAR: ERROR: DMA PTE for vPFN {vpfn:x} already set (to {now:x} not {wanted:x})"),
            found -> Explanation.of(
                            "a page is mapped already",
                            "The driver was asked to map a page where another mapping still is: two owners of one"
                                    + " address, a bug of whoever hands out addresses.")
                    .field("vPFN", found.text("vpfn"), "number of the 4 KiB page", "__domain_mapping")
                    .field("entry", found.text("now"), "what stands there", "__domain_mapping")
                    .field("wanted", found.text("wanted"), "what was to be written", "__domain_mapping"));

    static final Report RMRR_REFUSED = Report.line(
            LineForm.ofDevice("DMAR: Device is ineligible for IOMMU domain attach due to platform RMRR requirement."),
            found -> Explanation.of(
                            "a domain is refused because of reserved memory",
                            "The firmware says that this device must always reach some memory (RMRR), so that the"
                                    + " driver does not attach it to a domain of a user's (-EPERM).")
                    .device(found, "the device that is refused"));

    static final Report DRHD = Report.line(
            LineForm.of("DMAR: DRHD base: {base:x} flags: {flags:x}"),
            found -> Explanation.of("a remapping unit", "The firmware's DMAR table tells of a remapping unit.")
                    .field("base", found.text("base"), "where its registers are", "dmar_table_print_dmar_entry")
                    .bits(
                            "flags",
                            found.text("flags"),
                            "",
                            Bits.of(found.hex("flags"))
                                    .flag(
                                            "INCLUDE_PCI_ALL",
                                            0,
                                            "for all PCI devices that no other unit has",
                                            "for the devices it names")
                                    .list(),
                            "VT-d specification, DMA Remapping Hardware Unit Definition Structure"));

    static final Report RMRR = Report.line(
            LineForm.of("DMAR: RMRR base: {base:x} end: {end:x}"),
            found -> Explanation.of(
                            "reserved memory",
                            "The firmware says that some devices must always reach this memory at its own address.")
                    .field("base", found.text("base"), "first byte", "dmar_table_print_dmar_entry")
                    .field("end", found.text("end"), "last byte", "dmar_table_print_dmar_entry"));

    static final Report UNIT = Report.line(
            LineForm.of("DMAR: {unit:w}: reg_base_addr {base:x} ver {major:d}:{minor:d} cap {cap:x} ecap {ecap:x}"),
            found -> Explanation.of("a unit's capabilities", "What the unit says of itself when the driver finds it.")
                    .field("unit", found.text("unit"), "its name", "alloc_iommu")
                    .field("reg_base_addr", found.text("base"), "where its registers are", "alloc_iommu")
                    .field("version", found.text("major") + ":" + found.text("minor"), "major and minor", "alloc_iommu")
                    .bits("cap", found.text("cap"), "", capability(found.hex("cap")), CAP)
                    .bits("ecap", found.text("ecap"), "", extended(found.hex("ecap")), ECAP));

    private IntelOtherLines() {}

    private static Explanation queueError(Found found) {
        boolean queue = found.text("what").contains("Queue");
        boolean timeout = found.text("what").contains("Time-out");
        return Explanation.of(
                        queue ? "the invalidation queue stopped" : "an invalidation went wrong",
                        queue
                                ? "The unit could not carry out an invalidation descriptor and stopped reading its"
                                        + " queue."
                                : timeout
                                        ? "A device did not answer an invalidation of its own translation cache (ATS)"
                                                + " in time."
                                        : "A device answered an invalidation of its own translation cache (ATS) that"
                                                + " nobody asked of it.")
                .field(
                        found.text("kind").equals("SID") ? "SID" : "reason",
                        found.text("value"),
                        found.text("kind").equals("SID")
                                ? "requester id " + org.iommulab.decode.PciName.of(found.hex("value"))
                                : "the unit's number of the cause",
                        QUEUE)
                .field("descriptor", found.text("head"), "the one at the head of the queue", QUEUE)
                .field("its words", words(found, "head"), "", QUEUE)
                .field("descriptor before", found.text("prior"), "", QUEUE)
                .field("its words", words(found, "prior"), "", QUEUE)
                .field("cleared", String.join(", ", found.all("cleared")), "the driver acknowledged the error", QUEUE);
    }

    private static String words(Found found, String which) {
        return found.has(which + "0") ? found.text(which + "0") + " " + found.text(which + "1") : "";
    }

    private static List<BitField> capability(long cap) {
        return Bits.of(cap)
                .field("ND", 2, 0, n -> (1L << 4 + 2 * n) + " domain ids")
                .flag("RWBF", 4, "the write buffer must be flushed", "no write buffer to flush")
                .flag("CM", 7, "caches entries that are not present, too (virtual units)", "keeps present entries only")
                .field("SAGAW", 12, 8, widths -> "table depths: " + depths(widths))
                .field("MGAW", 21, 16, width -> "addresses of up to " + (width + 1) + " bits")
                .field("FRO", 33, 24, offset -> "fault records at +0x" + Long.toHexString(offset * 16))
                .field(
                        "SLLPS",
                        37,
                        34,
                        sizes -> "large pages: " + ((sizes & 1) != 0 ? "2 MiB " : "")
                                + ((sizes & 2) != 0 ? "1 GiB" : ""))
                .flag("PSI", 39, "single pages can be invalidated", "only whole domains can be invalidated")
                .field("NFR", 47, 40, n -> n + 1 + " fault records")
                .list();
    }

    private static String depths(long widths) {
        String three = (widths & 2) != 0 ? "3 levels (39 bits) " : "";
        String four = (widths & 4) != 0 ? "4 levels (48 bits) " : "";
        return (three + four + ((widths & 8) != 0 ? "5 levels (57 bits)" : "")).strip();
    }

    private static List<BitField> extended(long ecap) {
        return Bits.of(ecap)
                .flag(
                        "C",
                        0,
                        "reads tables through the caches",
                        "the driver must flush entries out of the CPU's caches")
                .flag("QI", 1, "has an invalidation queue", "no invalidation queue")
                .flag("DT", 2, "devices may cache translations (ATS)", "no device caches")
                .flag("IR", 3, "remaps interrupts", "no interrupt remapping")
                .flag("PT", 6, "can pass through", "cannot pass through")
                .flag("SC", 7, "can force snooping", "cannot force snooping")
                .field("IRO", 17, 8, offset -> "IOTLB registers at +0x" + Long.toHexString(offset * 16))
                .flag("SMTS", 43, "scalable mode", "legacy mode only")
                .list();
    }
}
