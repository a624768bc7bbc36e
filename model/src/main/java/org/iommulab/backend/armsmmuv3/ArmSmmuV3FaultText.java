package org.iommulab.backend.armsmmuv3;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.iommulab.backend.armsmmuv3.SmmuV3Event.Type;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.Hex;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.PciName;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** The lines of the SMMUv3 driver (drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c): its event queue and its errors. */
public final class ArmSmmuV3FaultText implements FaultText {
    private static final String EVENT = "ARM SMMU architecture v3 (IHI 0070), Event records";
    private static final String THREAD = "arm_smmu_evtq_thread";
    private static final String LATER = "arm_smmu_dump_event (after 6.12)";
    private static final String GERROR = "arm_smmu_gerror_handler; ARM SMMU architecture v3 (IHI 0070), SMMU_GERROR";
    private static final int WORDS = 4;

    private static final LineForm WORD = LineForm.ofDevice("{tab:/(?:\\t|#011| )+/}{word:/0x[0-9a-fA-F]{16}/}");

    private static final List<Report> REPORTS = List.of(
            new Report(LineForm.ofDevice("event {id:x} received:"), List.of(), ArmSmmuV3FaultText::event)
                    .then(WORD, WORDS)
                    .then(LineForm.ofDevice(
                            "event: {name:w} client: {client:/[^ ]+|\\(unassigned sid\\)/} sid: {sid:x} ssid:"
                                    + " {ssid:x}{rest:r}"))
                    .then(LineForm.ofDevice(
                            "{priv:/(?:un)?priv/} {inst:/inst|data/} {rw:/read|write/} {stage:/s[12]/} {class:r}")),
            new Report(
                            LineForm.ofDevice("unexpected PRI request received:"),
                            List.of(),
                            ArmSmmuV3FaultText::pageRequest)
                    .then(LineForm.ofDevice("{tab:/(?:\\t|#011| )*/}sid {sid:x}.{ssid:x}: [{group:d}{last:/L?/}]"
                            + " {rights:/.{1,80}/} at iova {iova:x}")),
            new Report(
                            LineForm.ofDevice("unexpected global error reported ({gerror:x}), this could be serious"),
                            List.of(),
                            ArmSmmuV3FaultText::globalError)
                    .then(LineForm.ofDevice("{aborted:/(?:PRIQ|EVTQ|CMDQ|GERROR) (?:MSI )?write aborted.*/}"), 4)
                    .then(LineForm.ofDevice("device has entered {mode:/Service Failure Mode/}!")),
            new Report(
                            LineForm.ofDevice("CMDQ error (cons {cons:x}): {cause:r}"),
                            List.of(),
                            ArmSmmuV3FaultText::commandError)
                    .then(LineForm.ofDevice("skipping command in error state:"))
                    .then(WORD, 2),
            Report.line(
                    LineForm.ofDevice("EVTQ overflow detected -- events lost"),
                    found -> Explanation.of(
                                    "events were lost",
                                    "The event queue ran over: the SMMU had more faults than" + " the driver read.")
                            .device(found, "the SMMU")),
            Report.line(
                    LineForm.ofDevice("CMD_SYNC timeout at {prod:x} [hwprod {hwprod:x}, hwcons {hwcons:x}]"),
                    found -> Explanation.of(
                                    "the SMMU does not answer",
                                    "The driver waited for its commands to be carried out, in vain.")
                            .device(found, "the SMMU")
                            .field(
                                    "at",
                                    found.text("prod"),
                                    "place of the CMD_SYNC in the queue",
                                    "arm_smmu_cmdq_issue_cmdlist")
                            .field(
                                    "hwprod",
                                    found.text("hwprod"),
                                    "how far the driver has written",
                                    "arm_smmu_cmdq_issue_cmdlist")
                            .field(
                                    "hwcons",
                                    found.text("hwcons"),
                                    "how far the SMMU has read",
                                    "arm_smmu_cmdq_issue_cmdlist")),
            Report.line(
                    LineForm.ofDevice("stream {stream:d} already in tree{? from dev {first:s}?}"),
                    found -> Explanation.of(
                                    "a device gets no group",
                                    "Another device has this stream id already, so that the SMMU could not tell the two"
                                            + " apart: " + found.device() + " stays outside (-EINVAL), and its DMA is"
                                            + " direct.")
                            .device(found, "the device that came second")
                            .field("stream", found.text("stream"), "the id of its requests", "arm_smmu_insert_master")
                            .field("first", found.text("first"), "the device that has it", "arm_smmu_insert_master")),
            Report.line(
                    LineForm.ofDevice("CMDQ timeout"),
                    found -> Explanation.of(
                                    "the command queue stays full", "The SMMU does not read its commands any more.")
                            .device(found, "the SMMU")));

    /** @param hasAddress whether the event carries the address of an access */
    private record Kind(String name, String words, boolean hasAddress) {}

    /** Newer than what the lab's unit reports. */
    private static final int VMS_FETCH = 0x25;

    private static final Map<Integer, Kind> KINDS = Stream.of(
                    kind(Type.F_UUT, "an access of a kind that the SMMU does not support", true),
                    kind(Type.C_BAD_STREAMID, "the stream id is beyond the stream table", false),
                    kind(Type.F_STE_FETCH, "the stream table entry could not be read", false),
                    kind(Type.C_BAD_STE, "the stream table entry is not valid", false),
                    kind(Type.F_BAD_ATS_TREQ, "a translation request (ATS) that is not allowed", true),
                    kind(
                            Type.F_STREAM_DISABLED,
                            "an access without a substream, which the entry does not allow",
                            false),
                    kind(
                            Type.F_TRANSL_FORBIDDEN,
                            "an access that claims to be translated already, which is not allowed",
                            true),
                    kind(Type.C_BAD_SUBSTREAMID, "the substream id (PASID) is not allowed here", false),
                    kind(Type.F_CD_FETCH, "the context descriptor could not be read", false),
                    kind(Type.C_BAD_CD, "the context descriptor is not valid", false),
                    kind(Type.F_WALK_EABT, "a table entry could not be read", true),
                    kind(Type.F_TRANSLATION, "nothing is mapped there", true),
                    kind(Type.F_ADDR_SIZE, "an address is larger than the tables or the SMMU can", true),
                    kind(Type.F_ACCESS, "the entry's access flag is clear", true),
                    kind(Type.F_PERMISSION, "there is a mapping, but it does not allow this", true),
                    kind(Type.F_TLB_CONFLICT, "several TLB entries match", true),
                    kind(Type.F_CFG_CONFLICT, "several cached configurations match", false),
                    kind(Type.E_PAGE_REQUEST, "a hint that a page will be needed", true),
                    Map.entry(
                            VMS_FETCH,
                            new Kind("F_VMS_FETCH", "the virtual machine structure could not be read", false)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    private static Map.Entry<Integer, Kind> kind(Type type, String words, boolean hasAddress) {
        return Map.entry(type.number(), new Kind(type.name(), words, hasAddress));
    }

    private static final Kind UNKNOWN =
            new Kind("unknown", "an event that is newer than the lab, or the implementation's own", false);

    @Override
    public String title() {
        return "ARM SMMUv3";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation event(Found found) {
        int id = (int) found.hex("id");
        Kind kind = KINDS.getOrDefault(id, UNKNOWN);
        long[] words = found.all("word").stream().mapToLong(Found::hexOf).toArray();
        boolean whole = words.length == WORDS;
        Explanation explanation = whole && kind.hasAddress()
                ? access(kind, words)
                : Explanation.of(
                        "event " + kind.name(),
                        "The SMMU reports: " + kind.words() + "."
                                + (whole
                                        ? " Stream id " + Hex.of(words[0] >>> 32) + "."
                                        : " Not all words of the event are in the log."));
        explanation.device(found, "the SMMU, not the device that made the access");
        explanation.field("event", found.text("id"), kind.name() + ": " + kind.words(), EVENT);
        if (whole) {
            explanation.bits("word 0", found.all("word").get(0), "", word0(words[0], kind), EVENT);
            explanation.bits("word 1", found.all("word").get(1), "", word1(words[1]), EVENT);
            explanation.field(
                    "word 2",
                    found.all("word").get(2),
                    kind.hasAddress() ? "the address that the device used" : "",
                    EVENT);
            explanation.field("word 3", found.all("word").get(3), word3(kind), EVENT);
        } else {
            IntStream.range(0, words.length)
                    .forEach(i ->
                            explanation.field("word " + i, found.all("word").get(i), "", THREAD));
        }
        return explanation
                .field("client", found.text("client"), "the device with this stream id", LATER)
                .field("class", found.text("class"), "what kind of access failed, and where", LATER);
    }

    private static Explanation access(Kind kind, long[] words) {
        boolean read = (words[1] >>> 35 & 1) != 0;
        boolean stalled = (words[1] >>> 31 & 1) != 0;
        long stream = words[0] >>> 32;
        return Explanation.of(
                read ? "DMA read refused" : "DMA write refused",
                "The device with stream id " + Hex.of(stream) + " (as a PCI requester id: " + PciName.of(stream) + ")"
                        + (read ? " read " : " wrote to ") + Hex.of(words[2]) + ", which was "
                        + (stalled ? "stalled: " : "refused: ") + kind.words() + ".");
    }

    private static List<BitField> word0(long word, Kind kind) {
        return Bits.of(word)
                .field("StreamID", 63, 32, id -> "stream id " + Hex.of(id))
                .field("SubstreamID", 31, 12, "PASID, when SSV is set")
                .flag("SSV", 11, "with a substream id", "without a substream id")
                .field("event", 7, 0, kind.name())
                .list();
    }

    private static List<BitField> word1(long word) {
        return Bits.of(word)
                .field("CLASS", 41, 40, what -> switch ((int) what) {
                    case 0 -> "while fetching a context descriptor (QEMU leaves 0 for all)";
                    case 1 -> "while fetching a table entry";
                    case 2 -> "the input address itself";
                    default -> "reserved";
                })
                .flag("S2", 39, "stage 2", "stage 1")
                .flag("RnW", 35, "a read", "a write")
                .flag("InD", 34, "an instruction fetch", "data")
                .flag("PnU", 33, "privileged", "unprivileged")
                .flag("Stall", 31, "stalled until CMD_RESUME", "not stalled: the access is over")
                .field("STAG", 15, 0, "tag to resume a stalled access")
                .list();
    }

    private static String word3(Kind kind) {
        return kind.name().contains("FETCH") || kind.name().contains("EABT")
                ? "the address that was read"
                : "intermediate physical address, where stage 2 failed";
    }

    private static Explanation pageRequest(Found found) {
        String source = "arm_smmu_handle_ppr; ARM SMMU architecture v3 (IHI 0070), PRI queue";
        return Explanation.of(
                        "a page request that nobody waits for",
                        "A device asked for a page (PRI), and no driver has switched that on: answered with a refusal.")
                .device(found, "the SMMU")
                .field("stream id", found.text("sid"), PciName.of(found.hex("sid")), source)
                .field("substream id", found.text("ssid"), "PASID", source)
                .field(
                        "group",
                        found.text("group"),
                        found.text("last").isEmpty() ? "page request group" : "page request group, its last",
                        source)
                .field("access", found.text("rights"), "", source)
                .field("iova", found.text("iova"), "the page that was asked for", source);
    }

    private static Explanation globalError(Found found) {
        return Explanation.of(
                        "a global error",
                        "The SMMU itself has an error; which, the bits say."
                                + (found.has("mode") ? " It does nothing any more." : ""))
                .device(found, "the SMMU")
                .bits(
                        "GERROR",
                        found.text("gerror"),
                        "errors that are active now",
                        Bits.of(found.hex("gerror"))
                                .ifSet("SFM_ERR", 8, "the SMMU is in service failure mode")
                                .ifSet(
                                        "MSI_GERROR_ABT_ERR",
                                        7,
                                        "the message of an interrupt about errors could not be written")
                                .ifSet(
                                        "MSI_PRIQ_ABT_ERR",
                                        6,
                                        "the message of an interrupt about page requests could not be written")
                                .ifSet(
                                        "MSI_EVTQ_ABT_ERR",
                                        5,
                                        "the message of an interrupt about events could not be written")
                                .ifSet("MSI_CMDQ_ABT_ERR", 4, "the message of a completion could not be written")
                                .ifSet("PRIQ_ABT_ERR", 3, "the page request queue could not be written")
                                .ifSet("EVTQ_ABT_ERR", 2, "the event queue could not be written")
                                .ifSet("CMDQ_ERR", 0, "the command queue stopped at an error")
                                .list(),
                        GERROR)
                .field("in words", String.join(", ", found.all("aborted")), "", GERROR);
    }

    private static Explanation commandError(Found found) {
        String source = "__arm_smmu_cmdq_skip_err; ARM SMMU architecture v3 (IHI 0070), SMMU_CMDQ_CONS";
        return Explanation.of(
                        "the command queue stopped",
                        "The SMMU could not carry out a command: " + found.text("cause") + ".")
                .device(found, "the SMMU")
                .bits(
                        "cons",
                        found.text("cons"),
                        "",
                        Bits.of(found.hex("cons"))
                                .field("ERR", 30, 24, error -> switch ((int) error) {
                                    case 0 -> "none";
                                    case 1 -> "illegal command";
                                    case 2 -> "the command could not be read";
                                    case 3 -> "a device did not answer an invalidation (ATC) in time";
                                    default -> "reserved";
                                })
                                .field("RD", 19, 0, "where the SMMU stands in the queue")
                                .list(),
                        source)
                .field(
                        "command",
                        String.join(" ", found.all("word")),
                        "replaced by CMD_SYNC so that the queue goes on",
                        source);
    }
}
