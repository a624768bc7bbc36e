package org.iommulab.backend.tegragart;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The line about the GART of Tegra's memory controller (drivers/memory/tegra/tegra20.c, tegra20_mc_handle_irq). */
public final class GartFaultText implements FaultText {
    private static final String SOURCE = "tegra20_mc_handle_irq";

    private static final List<Report> REPORTS = List.of(Report.line(
            LineForm.ofDevice("{client:/[\\w\\-]{1,32}/}: {way:/read|write/} @{at:x}: GART page fault ({desc:/[A-Za-z"
                    + " ]{3,48}/})"),
            GartFaultText::explain));

    @Override
    public String title() {
        return "Tegra GART";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        boolean write = found.text("way").equals("write");
        return Explanation.of(
                        write ? "DMA write refused" : "DMA read refused",
                        "The client " + found.text("client") + (write ? " wrote to " : " read ") + found.text("at")
                                + " in the aperture, where no page is mapped, or the GART is off.")
                .device(found, "the memory controller, of which the GART is a part")
                .field(
                        "client",
                        found.text("client"),
                        "bits 6 to 1 of GART_ERROR_REQ: the port that the access came through",
                        SOURCE)
                .field("direction", found.text("way"), "bit 0 of GART_ERROR_REQ", SOURCE)
                .field("address", found.text("at"), "GART_ERROR_ADDR: the address that the device used", SOURCE)
                .field(
                        "error",
                        found.text("desc"),
                        "to the rest of the machine there is no memory at this address",
                        SOURCE);
    }
}
