package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Panic;
import org.iommulab.decode.Report;

/** The lines of the Exynos driver (drivers/iommu/exynos-iommu.c, exynos_sysmmu_irq): up to 6.2 and from 6.3 on. */
public final class ExynosFaultText implements FaultText {
    private static final String SOURCE = "exynos_sysmmu_irq, show_fault_information";
    /** Syslog has another way to write it. */
    private static final String TAB = "{tab:/(?:\\t|#011| )+/}";

    private static final String ENTRIES = "show_fault_information, which looks the address up once more";

    private static final String END =
            "{cause:/(?:AR |AW )?(?:PTW|PAGE|BUS ERROR|BUS|MULTI-HIT|TLB MULTI-HIT|ACCESS PROTECTION|SECURITY"
                + " PROTECTION|SECURITY|UNKNOWN|RESERVED|PROTECTION|AW MULTI-HIT|AR MULTI-HIT|[A-Z][A-Z \\-]{2,30})/}"
                + " FAULT occurred at {iova:x}";

    private static final List<Report> REPORTS = List.of(
            tables(LineForm.ofDevice("{master:/[^\\s:]+/}: [{way:/READ|WRITE/}] " + END)),
            tables(LineForm.ofDevice("{master:/[^\\s:]+/}: " + END)),
            Panic.block(
                    LineForm.of("Unrecoverable System MMU Fault!"),
                    _ -> Explanation.of(
                            "the kernel gives up",
                            "Nobody handled the fault that was printed before: from 6.3 on the driver panics"
                                    + " (exynos_sysmmu_irq).")),
            Report.line(
                    LineForm.ofDevice("Unhandled interrupt bit {bit:d}"),
                    found -> Explanation.of(
                                    "an interrupt without a meaning",
                                    "The unit raised a cause that the driver's table of"
                                            + " this version does not have.")
                            .device(found, "the System MMU")
                            .field("bit", found.text("bit"), "of INT_STATUS", SOURCE)));

    /** At the level debug the driver prints the table's entries, too. */
    private static Report tables(LineForm first) {
        return Report.line(first, ExynosFaultText::explain)
                .then(LineForm.ofDevice("Page table base: {base:x}"))
                .then(LineForm.ofDevice(TAB + "Lv1 entry: {first:x}"))
                .then(LineForm.ofDevice(TAB + "Lv2 entry: {second:x}"));
    }

    private static Explanation entries(Found found, Explanation explanation) {
        explanation.field("table", found.text("base"), "physical address of the first level", ENTRIES);
        if (found.has("first")) {
            long entry = found.hex("first");
            explanation.field(
                    "first level",
                    found.text("first"),
                    switch ((int) entry & 3) {
                        case 1 -> "bits 1:0 = 1: points to a table of the second level";
                        case 2 -> "bits 1:0 = 2: maps a section of 1 MiB";
                        default -> "bits 1:0 = " + (entry & 3) + ": maps nothing";
                    },
                    ENTRIES);
        }
        if (found.has("second")) {
            long entry = found.hex("second");
            explanation.field(
                    "second level",
                    found.text("second"),
                    switch ((int) entry & 3) {
                        case 0 -> "bits 1:0 = 0: maps nothing";
                        case 1 -> "bits 1:0 = 1: maps a large page of 64 KiB";
                        default -> "bit 1 = 1: maps a small page of 4 KiB";
                    },
                    ENTRIES);
        }
        return explanation;
    }

    @Override
    public String title() {
        return "Exynos System MMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Explanation explain(Found found) {
        String way = found.text("way");
        String did = way.equals("WRITE") ? "wrote to " : way.equals("READ") ? "read " : "accessed ";
        return entries(
                found,
                Explanation.of(
                                way.equals("WRITE")
                                        ? "DMA write refused"
                                        : way.equals("READ") ? "DMA read refused" : "DMA refused",
                                found.text("master") + " " + did + found.text("iova") + ", which stopped: "
                                        + words(found.text("cause"))
                                        + ". Unless a handler takes it, the kernel dies of it.")
                        .device(found, "the System MMU")
                        .field("master", found.text("master"), "the device behind it", SOURCE)
                        .field(
                                "direction",
                                way,
                                "from 6.3 on; versions 1 to 3 of the unit always say READ for page faults",
                                SOURCE)
                        .field(
                                "cause",
                                found.text("cause"),
                                words(found.text("cause")) + bit(found.text("cause")),
                                SOURCE)
                        .field("address", found.text("iova"), "the address that the device used", SOURCE));
    }

    private static String words(String cause) {
        if (cause.contains("MULTI-HIT")) {
            return "several TLB entries match";
        }
        if (cause.contains("PTW")) {
            return "a table could not be read, or nothing is mapped there";
        }
        if (cause.contains("PAGE")) {
            return "nothing is mapped there";
        }
        if (cause.contains("BUS")) {
            return "an error on the bus while a table was read";
        }
        if (cause.contains("ACCESS")) {
            return "there is a mapping, but it does not allow this";
        }
        return cause.contains("SECURITY")
                ? "the page belongs to the other world (secure or not)"
                : "a cause that the lab does not know";
    }

    /** Where the lab's table of causes has it. */
    private static String bit(String cause) {
        for (SysMmuLayout.Variant variant : SysMmuLayout.Variant.values()) {
            for (SysMmuLayout.FaultCause known : variant.causes()) {
                if (known.name().equals(cause) || known.cause().equals(cause)) {
                    return " (bit " + known.bit() + " of INT_STATUS in layout " + variant + ")";
                }
            }
        }
        return "";
    }
}
