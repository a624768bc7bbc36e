package org.iommulab.backend.armsmmuv3;

import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;

/** The driver's parameters on the command line. */
record SmmuV3Options(boolean disableBypass, boolean disableMsiPolling) {
    private static final String MODULE = "arm_smmu_v3.";

    /** disable_bypass went with v6.9: streams that are not attached are refused since then, whatever is said. */
    static SmmuV3Options of(Kernel kernel) {
        boolean known = !kernel.since(Version.V6_12);
        return new SmmuV3Options(
                !known || isOn(kernel, "disable_bypass", true), isOn(kernel, "disable_msipolling", false));
    }

    private static boolean isOn(Kernel kernel, String parameter, boolean otherwise) {
        return kernel.commandLine().parameter(MODULE + parameter).orElse(otherwise);
    }
}
