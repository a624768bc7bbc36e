package org.iommulab.user.vfio;

import java.util.Optional;

/**
 * Parameters of the module vfio_iommu_type1, as a kernel command line sets them.
 *
 * @param allowUnsafeInterrupts {@code allow_unsafe_interrupts}: groups whose interrupts are not isolated are handed out
 *     all the same
 * @param dmaEntryLimit {@code dma_entry_limit}: mappings that a container can have
 */
record VfioParameters(boolean allowUnsafeInterrupts, int dmaEntryLimit) {
    private static final String MODULE = "vfio_iommu_type1.";
    private static final int USUAL_LIMIT = 65_535;

    static VfioParameters of(String commandLine) {
        boolean unsafe = value(commandLine, "allow_unsafe_interrupts")
                .filter(VfioParameters::isYes)
                .isPresent();
        return new VfioParameters(
                unsafe,
                value(commandLine, "dma_entry_limit")
                        .filter(text -> text.matches("[0-9]{1,9}"))
                        .map(Integer::parseInt)
                        .orElse(USUAL_LIMIT));
    }

    // kstrtobool
    private static boolean isYes(String text) {
        return text.isEmpty() || "yYtT1".indexOf(text.charAt(0)) >= 0 || text.matches("[oO][nN].*");
    }

    // the last one counts
    private static Optional<String> value(String commandLine, String name) {
        Optional<String> found = Optional.empty();
        for (String word : commandLine.split("\\s+")) {
            if (word.equals(MODULE + name)) {
                found = Optional.of("");
            } else if (word.startsWith(MODULE + name + "=")) {
                found = Optional.of(word.substring(MODULE.length() + name.length() + 1));
            }
        }
        return found;
    }
}
