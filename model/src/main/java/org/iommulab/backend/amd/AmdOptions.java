package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.kernel.CommandLine;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** {@code amd_iommu=} on the command line (parse_amd_iommu_options), as far as the lab knows its words. */
final class AmdOptions {
    private static final Term STRICT =
            LogText.of("<4>AMD-Vi: amd_iommu=fullflush deprecated; use iommu.strict=1 instead");
    private static final Term NO_GUEST_TABLES =
            LogText.of("<4>AMD-Vi: Cannot enable v2 page table for DMA-API. Fallback to v1.");

    private final Kernel kernel;
    private final CommandLine line;
    private final List<String> words;
    private final FlagCell guestTables;

    AmdOptions(Kernel kernel) {
        this.kernel = kernel;
        this.line = kernel.commandLine();
        this.words = line.list("amd_iommu");
        this.guestTables = new FlagCell(kernel, Lane.DRIVER, Term.flag("amd_iommu_pgtable is v2"));
        this.guestTables.setQuietly(words.stream()
                .filter(word -> word.equals("pgtbl_v1") || word.equals("pgtbl_v2"))
                .reduce((first, second) -> second)
                .filter("pgtbl_v2"::equals)
                .isPresent());
    }

    /** {@code amd_iommu=off}, or x86's {@code iommu=off}. */
    boolean off() {
        return words.contains("off") || line.hasNoIommu();
    }

    /** What the kernel says while it reads the command line; that it is strict then, the core knows already. */
    void announce() {
        if (words.contains("fullflush")) {
            kernel.log().line(STRICT, kernel, 0, 0);
        }
    }

    /** Whether nobody forbids remapping interrupts. */
    boolean remapsInterrupts() {
        return line.remapsInterrupts();
    }

    /** Whether the DMA API's domains have guest (v2) tables. */
    boolean guestTables() {
        return guestTables.get();
    }

    /** early_amd_iommu_init: every unit must be able to. */
    void check(long commonFeatures) {
        long needed = AmdLayout.FEATURE_GT | AmdLayout.FEATURE_GIO;
        if (guestTables.get() && (commonFeatures & needed) != needed) {
            kernel.log().line(NO_GUEST_TABLES, kernel, 0, 0);
            guestTables.set(false);
        }
    }
}
