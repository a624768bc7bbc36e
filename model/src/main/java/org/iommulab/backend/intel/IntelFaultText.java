package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.Hex;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.PciName;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** The lines of the Intel driver about faults (drivers/iommu/intel/dmar.c, iommu.c), of 6.1 and 6.12 and older ones. */
public final class IntelFaultText implements FaultText {
    private static final String RECORD = "dmar_fault_do_one; VT-d specification, Fault Recording Registers";
    private static final String STATUS = "dmar_fault; VT-d specification, Fault Status Register (FSTS)";
    private static final String DUMP = "dmar_fault_dump_ptes (CONFIG_DMAR_DEBUG)";

    private static final LineForm HANDLING = LineForm.of("DMAR: DRHD: handling fault status reg {fsts:x}");
    private static final LineForm DMA = LineForm.of(
            "[DMA {way:w} {?NO_PASID?}{?PASID {pasid:x}?}] Request device [{requester:/[0-9a-fx:]{1,16}\\.[0-7]/}] "
                    + "fault addr {addr:x} [fault reason {reason:x}]{text:r}");
    private static final LineForm OLD_DMA =
            LineForm.of("[DMA {way:w}] Request device [{requester:/[0-9a-fx:]{1,16}\\.[0-7]/}] "
                    + "{?PASID {pasid:x} ?}fault addr {addr:x}{? [fault reason {reason:x}]?}{text:r}");
    private static final LineForm INTERRUPT =
            LineForm.of("[INTR-REMAP] Request device [{requester:/[0-9a-fx:]{1,16}\\.[0-7]/}] "
                    + "fault index {index:x}{? [fault reason {reason:x}]?}{text:r}");

    private static final List<Report> REPORTS = List.of(
            dump(new Report(HANDLING, List.of(), IntelFaultText::explain)
                    .then(DMA)
                    .or(OLD_DMA)
                    .or(INTERRUPT)),
            dump(new Report(DMA, List.of(), IntelFaultText::explain)),
            dump(new Report(OLD_DMA, List.of(), IntelFaultText::explain)),
            Report.line(INTERRUPT, IntelFaultText::explain),
            IntelOtherLines.QUEUE_ERROR,
            IntelOtherLines.ALREADY_SET,
            IntelOtherLines.RMRR_REFUSED,
            IntelOtherLines.DRHD,
            IntelOtherLines.RMRR,
            IntelOtherLines.UNIT);

    @Override
    public String title() {
        return "Intel VT-d";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Report dump(Report report) {
        return report.then(LineForm.of("DMAR: Dump {unit:s} table entries for IOVA {iova:x}"))
                .then(LineForm.of("DMAR: root entry: {root:x}"))
                .then(LineForm.of("DMAR: scalable mode root entry: hi {rootHi:x}, low {rootLow:x}"))
                .then(LineForm.of("DMAR: context entry: hi {contextHi:x}, low {contextLow:x}"))
                .then(LineForm.of("DMAR: pasid dir entry: {directory:x}"))
                .then(LineForm.of("DMAR: pasid table entry[{n:d}]: {pasidEntry:x}"), 8)
                .then(LineForm.of("DMAR: pte level: {level:d}, pte value: {pte:x}"), 6)
                .then(LineForm.of("DMAR: {stop:/(?:root|context|pasid|legacy mode|scalable mode|page|PTE)[a-z ]* not"
                        + " present[a-z0-9 ]*/}"));
    }

    private static Explanation explain(Found found) {
        boolean interrupt = found.has("index");
        boolean record = interrupt || found.has("addr");
        String who = found.text("requester");
        Explanation explanation;
        if (interrupt) {
            explanation = Explanation.of(
                    "interrupt refused", "An interrupt message of " + who + " was refused: " + reason(found) + ".");
        } else if (record) {
            String way = found.text("way").equalsIgnoreCase("read") ? "read" : "write";
            explanation = Explanation.of(
                    "DMA " + way + " refused",
                    who + " tried to " + way + (way.equals("read") ? " " : " to ") + found.text("addr")
                            + ", which was refused: " + reason(found) + ".");
        } else {
            explanation = Explanation.of(
                    "a unit has faults",
                    "The unit says that it has recorded faults; the records themselves are not in the log (the kernel"
                            + " limits their rate).");
        }
        if (found.has("fsts")) {
            explanation.bits("fault status", found.text("fsts"), "", status(found.hex("fsts")), STATUS);
        }
        if (record) {
            record(found, explanation, interrupt);
        }
        return tables(found, explanation);
    }

    private static String reason(Found found) {
        return found.has("reason") ? IntelFaultReason.words(reasonNumber(found)) : "the line does not say why";
    }

    /** Since v5.14 the driver prints it in hexadecimal with 0x, before that in decimal. */
    private static int reasonNumber(Found found) {
        String text = found.text("reason");
        return text.startsWith("0x")
                ? (int) Found.hexOf(text) & 0xff
                : Integer.parseInt("0" + text.replaceAll("\\D", ""));
    }

    private static void record(Found found, Explanation explanation, boolean interrupt) {
        explanation.field(
                "request",
                interrupt ? "INTR-REMAP" : "DMA " + found.text("way"),
                interrupt ? "an interrupt message" : "bit T of the record tells a read from a write",
                RECORD);
        explanation.field(
                "PASID",
                found.text("pasid"),
                found.hex("pasid") == 0xffff_ffffL ? "none" : "the process address space of the request",
                RECORD);
        explanation.field(
                "device",
                found.text("requester"),
                PciName.words(found.text("requester").replace("0x", "")),
                RECORD);
        explanation.field(
                "address",
                found.text("addr"),
                "the page that was accessed: page " + Hex.of(found.hex("addr") >>> 12)
                        + (found.hex("addr") >>> 20 == 0xfee ? "; in the window of interrupt messages" : ""),
                RECORD);
        explanation.field("interrupt index", found.text("index"), "entry of the interrupt remapping table", RECORD);
        explanation.field(
                "fault reason",
                found.text("reason"),
                found.has("reason") ? reason(found) : "",
                "dmar_get_fault_reason; VT-d specification, Fault Conditions");
    }

    private static List<BitField> status(long fsts) {
        return Bits.of(fsts)
                .field("FRI", 15, 8, value -> "the first record to look at is number " + value)
                .ifSet("PRO", 7, "the page request queue ran over")
                .ifSet("ITE", 6, "a device did not answer an invalidation in time")
                .ifSet("ICE", 5, "a device answered an invalidation wrongly")
                .ifSet("IQE", 4, "the invalidation queue has an error")
                .flag("PPF", 1, "records are waiting", "no record is waiting")
                .flag("PFO", 0, "records were lost: there was no free one", "no record was lost")
                .list();
    }

    private static Explanation tables(Found found, Explanation explanation) {
        explanation.field("unit", found.text("unit"), "the unit whose tables are printed", DUMP);
        explanation.bits("root entry", found.text("root"), "", pointer(found.hex("root"), "context table"), DUMP);
        explanation.field("root entry, high", found.text("rootHi"), "for devices 16 to 31", DUMP);
        explanation.field("root entry, low", found.text("rootLow"), "for devices 0 to 15", DUMP);
        if (found.has("contextLow")) {
            explanation.bits("context entry, low", found.text("contextLow"), "", contextLow(found), DUMP);
            explanation.bits("context entry, high", found.text("contextHi"), "", contextHigh(found), DUMP);
        }
        explanation.bits(
                "PASID directory entry",
                found.text("directory"),
                "",
                pointer(found.hex("directory"), "PASID table"),
                DUMP);
        List<String> words = found.all("pasidEntry");
        for (int i = 0; i < words.size(); i++) {
            explanation.field("PASID table entry, word " + i, words.get(i), "", DUMP);
        }
        List<String> levels = found.all("level");
        List<String> entries = found.all("pte");
        for (int i = 0; i < entries.size(); i++) {
            long entry = Found.hexOf(entries.get(i));
            explanation.bits("level " + levels.get(i) + " entry", entries.get(i), "", entry(entry), DUMP);
        }
        return explanation.field("the walk ends", found.text("stop"), "what the walk did not find", DUMP);
    }

    private static List<BitField> pointer(long entry, String to) {
        return Bits.of(entry)
                .field("address", 63, 12, page -> to + " at " + Hex.of(page << 12))
                .flag("P", 0, "present", "not present")
                .list();
    }

    private static List<BitField> contextLow(Found found) {
        return Bits.of(found.hex("contextLow"))
                .field("ASR", 63, 12, page -> "tables at " + Hex.of(page << 12))
                .field("TT", 3, 2, type -> switch ((int) type) {
                    case 0 -> "translate";
                    case 1 -> "translate, the device may cache (ATS)";
                    case 2 -> "pass through";
                    default -> "reserved";
                })
                .flag("FPD", 1, "faults are not recorded", "faults are recorded")
                .flag("P", 0, "present", "not present: every access is refused")
                .list();
    }

    private static List<BitField> contextHigh(Found found) {
        return Bits.of(found.hex("contextHi"))
                .field("DID", 23, 8, id -> "domain id " + id)
                .field(
                        "AW",
                        2,
                        0,
                        width -> width >= 1 && width <= 3
                                ? 30 + 9 * width + "-bit addresses, " + (width + 2) + " levels"
                                : "reserved")
                .list();
    }

    private static List<BitField> entry(long entry) {
        return Bits.of(entry)
                .field("address", 51, 12, page -> Hex.of(page << 12))
                .ifSet("PS", 7, "a large page")
                .flag("W", 1, "may be written", "may not be written")
                .flag("R", 0, "may be read", "may not be read")
                .list();
    }
}
