package org.iommulab.backend.intel;

import java.util.Arrays;
import java.util.List;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** {@code intel_iommu=} on the command line (intel_iommu_setup), as far as the lab knows its words. */
final class VtdOptions {
    private static final String OPTION = "intel_iommu=";
    private static final Term ENABLED = LogText.of("<6>DMAR: IOMMU enabled");
    private static final Term DISABLED = LogText.of("<6>DMAR: IOMMU disabled");
    private static final Term STRICT = LogText.of("<4>DMAR: intel_iommu=strict deprecated; use iommu.strict=1 instead");
    private static final Term NO_LARGE = LogText.of("<6>DMAR: Disable supported super page");
    private static final Term SCALABLE = LogText.of("<6>DMAR: Enable scalable mode if hardware supports");
    private static final Term NOT_SCALABLE = LogText.of("<6>DMAR: Scalable mode is disallowed");

    private final Kernel kernel;
    private final List<String> words;

    VtdOptions(Kernel kernel) {
        this.kernel = kernel;
        this.words = Arrays.stream(kernel.build().commandLine().split("\\s+"))
                .filter(word -> word.startsWith(OPTION))
                .flatMap(word -> Arrays.stream(word.substring(OPTION.length()).split(",")))
                .toList();
    }

    /** Whether remapping is wanted: by the last word about it, else by the configuration. */
    boolean on() {
        return last("on", "off", kernel.config("INTEL_IOMMU_DEFAULT_ON"));
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
