package org.iommulab.backend.mtk;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The line of MediaTek's driver (drivers/iommu/mtk_iommu.c, mtk_iommu_isr), and of releases before 5.20. */
public final class MtkFaultText implements FaultText {
    private static final String SOURCE = "mtk_iommu_isr";
    private static final int SECOND_HALF = 7;

    private static final List<Report> REPORTS = List.of(
            Report.line(
                    LineForm.ofDevice("fault type={type:x} iova={iova:x} pa={pa:x} master={master:x}(larb={larb:d}"
                            + " port={port:d}) layer={layer:d} {way:/read|write/}"),
                    MtkFaultText::explain),
            Report.line(
                    LineForm.ofDevice(
                            "fault type={type:x} iova={iova:x} pa={pa:x} larb={larb:d} port={port:d} layer={layer:d}"
                                    + " {way:/read|write/}"),
                    MtkFaultText::explain));

    @Override
    public String title() {
        return "MediaTek M4U";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        boolean write = found.text("way").equals("write");
        return Explanation.of(
                        write ? "DMA write lost" : "DMA read lost",
                        "The device at larb " + found.text("larb") + ", port " + found.text("port")
                                + (write ? " wrote to " : " read ") + found.text("iova")
                                + ", where nothing is mapped. It gets no error: the access went to a page set aside"
                                + " for this.")
                .device(found, "the M4U")
                .bits("fault type", found.text("type"), "register FAULT_ST1", causes(found.hex("type")), SOURCE)
                .bits(
                        "iova",
                        found.text("iova"),
                        "register MMUx_FAULT_VA; below the page it tells more",
                        flags(found),
                        SOURCE)
                .field(
                        "pa",
                        found.text("pa"),
                        "register MMUx_INVLD_PA: the physical address, where the fault is one of it",
                        SOURCE)
                .field("master", found.text("master"), "register MMUx_INT_ID", SOURCE)
                .field("larb", found.text("larb"), "local arbiter that the access came through", SOURCE)
                .field("port", found.text("port"), "port of that arbiter: which device", SOURCE)
                .field("layer", found.text("layer"), "bit 0 of MMUx_FAULT_VA", SOURCE)
                .field("direction", found.text("way"), "bit 1 of MMUx_FAULT_VA", SOURCE);
    }

    private static List<org.iommulab.hardware.BitField> causes(long type) {
        int shift = (type & MtkLayout.FAULT_MMU0) != 0 ? 0 : SECOND_HALF;
        String half = shift == 0 ? "MMU0" : "MMU1";
        return Bits.of(type)
                .field("MMU1", 13, 7, value -> value == 0 ? "nothing of the second half" : "causes of the second half")
                .field("MMU0", 6, 0, value -> value == 0 ? "nothing of the first half" : "causes of the first half")
                .ifSet(
                        half + " translation",
                        shift + Integer.numberOfTrailingZeros(MtkLayout.FAULT_TRANSLATION),
                        "nothing is mapped there")
                .ifSet(
                        half + " invalid address",
                        shift + Integer.numberOfTrailingZeros(MtkLayout.FAULT_INVALID_PA),
                        "the entry's address is not valid")
                .list();
    }

    private static List<org.iommulab.hardware.BitField> flags(Found found) {
        return Bits.of(found.hex("iova"))
                .field("page", 31, 12, "address bits 31 to 12")
                .flag(
                        "write",
                        Integer.numberOfTrailingZeros(MtkLayout.FAULT_VA_WRITE),
                        "a write",
                        "a read, or cut off where addresses have 34 bits")
                .flag("layer", Integer.numberOfTrailingZeros(MtkLayout.FAULT_VA_LAYER), "set", "clear")
                .list();
    }
}
