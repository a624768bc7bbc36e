package org.iommulab.backend.tegrasmmu;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/**
 * The lines of Tegra's memory controller about accesses that it refuses, those of the SMMU among them
 * (drivers/memory/tegra/mc.c, tegra30_mc_handle_irq). One refused translation makes two: as a decode error and as a page
 * fault.
 */
public final class TegraSmmuFaultText implements FaultText {
    private static final String SOURCE = "tegra30_mc_handle_irq";

    private static final LineForm LINE =
            LineForm.ofDevice("{client:/[\\w\\-]{1,32}/}: {secure:/(?:secure )?/}{way:/read|write/} @{at:x}: "
                    + "{error:/[A-Za-z ]{3,48}/} ({desc:/[A-Za-z0-9 ]{3,48}/}{? [{flags:/[RWS\\-]{3}/}]?})");

    private static final List<Report> REPORTS = List.of(new Report(LINE, List.of(), TegraSmmuFaultText::explain)
            .then(LineForm.ofDevice(
                    "{client2:/[\\w\\-]{1,32}/}: {way2:/(?:secure )?(?:read|write)/} @{at2:x}: {error2:/Page fault/} "
                            + "(SMMU translation error{rest:r}")));

    @Override
    public String title() {
        return "Tegra memory controller";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        boolean write = found.text("way").equals("write");
        boolean translation = found.text("desc").contains("SMMU");
        return Explanation.of(
                        write ? "DMA write refused" : "DMA read refused",
                        "The client " + found.text("client") + (write ? " wrote to " : " read ") + found.text("at")
                                + ", which was refused: "
                                + (translation ? smmu(found.text("flags")) : words(found.text("error"))) + ".")
                .device(found, "the memory controller, of which the SMMU is a part")
                .field("client", found.text("client"), "the port that the access came through", SOURCE)
                .field("direction", found.text("secure") + found.text("way"), "bits 16 and 17 of MC_ERR_STATUS", SOURCE)
                .field(
                        "address",
                        found.text("at"),
                        translation ? "the address that the device used" : "the address",
                        SOURCE)
                .field("status", found.text("error"), words(found.text("error")), SOURCE)
                .field("second line", found.text("error2"), "the same access: the SMMU raises both bits", SOURCE)
                .field("type", found.text("desc"), "bits 30 to 28 of MC_ERR_STATUS", SOURCE)
                .field("flags", found.text("flags"), flags(found.text("flags")), SOURCE);
    }

    private static String smmu(String flags) {
        return flags.startsWith("--") ? "nothing is mapped there" : "the page's entries do not allow it";
    }

    private static String words(String error) {
        return switch (error) {
            case "EMEM address decode error" ->
                "there is no memory at the address; every refused translation says so, too";
            case "Page fault" -> "the SMMU found no translation, or one that does not allow this";
            case "GART page fault" -> "the GART has no page there";
            case "Security violation" -> "the access may not see this memory";
            case "EMEM arbitration error" -> "the arbiter could not serve the request";
            case "Invalid APB ASID update" -> "an ASID register was written that is protected";
            case "VPR violation" -> "the access may not see the video protect region";
            case "Secure carveout violation", "MTS carveout violation", "Generalized carveout violation" ->
                "the memory is set aside for somebody else";
            default -> "see the status";
        };
    }

    /** R and W: what all entries on the way allowed; S: an entry says secure only (see {@link TegraSmmuLayout#errorFlags}). */
    private static String flags(String flags) {
        if (flags.isEmpty()) {
            return "";
        }
        return (flags.charAt(0) == 'R' ? "may be read" : "may not be read") + ", "
                + (flags.charAt(1) == 'W' ? "may be written" : "may not be written") + ", "
                + (flags.charAt(2) == 'S' ? "for secure accesses only" : "for non-secure accesses, too");
    }
}
