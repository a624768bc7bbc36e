package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.kernel.CommandLine;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** {@code intel_iommu=} on the command line (intel_iommu_setup), as far as the lab knows its words. */
final class VtdOptions {
    private static final Term ENABLED = LogText.of("<6>DMAR: IOMMU enabled");
    private static final Term DISABLED = LogText.of("<6>DMAR: IOMMU disabled");
    private static final Term STRICT = LogText.of("<4>DMAR: intel_iommu=strict deprecated; use iommu.strict=1 instead");
    private static final Term FORCED_HIGH =
            LogText.of("<4>DMAR: intel_iommu=forcedac deprecated; use iommu.forcedac instead");
    private static final Term NO_GRAPHICS = LogText.of("<6>DMAR: Disable GFX device mapping");
    private static final Term NO_LARGE = LogText.of("<6>DMAR: Disable supported super page");
    private static final Term SCALABLE = LogText.of("<6>DMAR: Enable scalable mode if hardware supports");
    private static final Term NOT_SCALABLE = LogText.of("<6>DMAR: Scalable mode is disallowed");

    private final Kernel kernel;
    private final List<String> words;
    private final boolean none;
    private final boolean remapsInterrupts;

    VtdOptions(Kernel kernel) {
        this.kernel = kernel;
        CommandLine line = kernel.commandLine();
        this.words = line.list("intel_iommu");
        this.none = line.hasNoIommu();
        this.remapsInterrupts = line.remapsInterrupts();
    }

    /** Whether remapping is wanted: by the last word about it, else by the configuration. */
    boolean on() {
        return !none && last("on", "off", kernel.config("INTEL_IOMMU_DEFAULT_ON"));
    }

    /** Whether nobody forbids remapping interrupts. */
    boolean remapsInterrupts() {
        return remapsInterrupts;
    }

    boolean scalable() {
        return last("sm_on", "sm_off", kernel.config("INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON"));
    }

    boolean strict() {
        return words.contains("strict");
    }

    boolean largePages() {
        return !words.contains("sp_off");
    }

    private boolean last(String yes, String no, boolean otherwise) {
        return words.stream()
                .filter(word -> word.equals(yes) || word.equals(no))
                .reduce((first, second) -> second)
                .map(yes::equals)
                .orElse(otherwise);
    }

    /** What the kernel says of each word while it reads the command line. */
    void announce() {
        for (String word : words) {
            switch (word) {
                case "on" -> say(ENABLED);
                case "off" -> say(DISABLED);
                case "igfx_off" -> say(NO_GRAPHICS);
                case "forcedac" -> say(FORCED_HIGH);
                case "strict" -> say(STRICT);
                case "sp_off" -> say(NO_LARGE);
                case "sm_on" -> say(SCALABLE);
                case "sm_off" -> say(NOT_SCALABLE);
                default -> say(LogText.of("<5>DMAR: Unknown option - '" + word + "'"));
            }
        }
    }

    private void say(Term line) {
        kernel.log().line(line, kernel, 0, 0);
    }
}
