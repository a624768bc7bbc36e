package org.iommulab.core;

import java.util.List;
import java.util.stream.Stream;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * What a kernel with CONFIG_IOMMU_DEBUGFS says at boot, so that nobody sells it (drivers/iommu/iommu-debugfs.c:
 * iommu_debugfs_setup, the same in v6.1 and v6.12). The folder itself is not here.
 */
final class DebugfsNotice {
    private static final Term SETUP = Term.function("iommu_debugfs_setup", "drivers/iommu/iommu-debugfs.c");
    private static final String EDGE = "*".repeat(61);
    private static final String NOTICE = "     NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE";
    private static final List<Term> LINES = Stream.concat(
                    Stream.of("", EDGE),
                    Stream.concat(
                            Stream.of(
                                            NOTICE,
                                            "",
                                            "  IOMMU DebugFS SUPPORT HAS BEEN ENABLED IN THIS KERNEL",
                                            "",
                                            " This means that this kernel is built to expose internal",
                                            " IOMMU data structures, which may compromise security on",
                                            " your system.",
                                            "",
                                            " If you see this message and you are not debugging the",
                                            " kernel, report this immediately to your vendor!",
                                            "",
                                            NOTICE)
                                    .map("**%-57s**"::formatted),
                            Stream.of(EDGE)))
            .map(line -> LogText.of("<4>" + line))
            .toList();

    private DebugfsNotice() {}

    /** iommu_init, a core_initcall. */
    static void say(Kernel kernel) {
        if (kernel.config("IOMMU_DEBUGFS")) {
            kernel.run(SETUP, kernel, () -> LINES.forEach(line -> kernel.log().line(line, kernel, 0, 0)));
        }
    }
}
