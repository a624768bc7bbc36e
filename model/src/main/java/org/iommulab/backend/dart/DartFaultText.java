package org.iommulab.backend.dart;

import java.util.Arrays;
import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;

/** The line of Apple's DART driver (drivers/iommu/apple-dart.c, apple_dart_t8020_irq and apple_dart_t8110_irq). */
public final class DartFaultText implements FaultText {
    private static final String SOURCE = "apple_dart_t8020_irq, apple_dart_t8110_irq";

    private static final List<Report> REPORTS = List.of(
            Report.line(
                    LineForm.ofDevice(
                            "translation fault: status:{status:x} stream:{stream:d} code:{code:x} ({name:/[A-Za-z"
                                    + " ]{3,32}/}) at {iova:x}"),
                    DartFaultText::explain),
            Report.line(
                    LineForm.ofDevice("DART is locked down until reboot: {config:x}"),
                    found -> Explanation.of(
                                    "a locked DART",
                                    "The firmware locked the DART's configuration: the driver cannot use it.")
                            .device(found, "the DART")
                            .field("config", found.text("config"), "register CONFIG", "apple_dart_hw_reset")));

    @Override
    public String title() {
        return "Apple DART";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        String name = found.text("name");
        return Explanation.of(
                        name.startsWith("WRITE")
                                ? "DMA write refused"
                                : name.startsWith("READ") ? "DMA read refused" : "DMA refused",
                        "Stream " + found.text("stream") + " accessed " + found.text("iova") + ", which was refused: "
                                + words(name) + ".")
                .device(found, "the DART, not the device that made the access")
                .field("status", found.text("status"), "register ERROR; bit 31 says that there is a fault", SOURCE)
                .field("stream", found.text("stream"), "which of the devices behind the DART", SOURCE)
                .field("code", found.text("code"), name + ": " + words(name), SOURCE)
                .field("address", found.text("iova"), "the address that the device used", SOURCE);
    }

    private static String words(String name) {
        return Arrays.stream(DartFault.values())
                .filter(fault -> fault.words().equals(name))
                .findFirst()
                .map(fault -> switch (fault) {
                    case NO_TTBR -> "the stream has no table for this address";
                    case NO_PGD -> "the top table has no entry there";
                    case NO_PMD -> "the first table has no entry there";
                    case NO_PTE -> "nothing is mapped there";
                    case WRITE -> "the page may not be written";
                    case READ -> "the page may not be read";
                })
                .orElse("several causes at once, or one that the driver does not know");
    }
}
