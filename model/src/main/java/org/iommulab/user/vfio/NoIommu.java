package org.iommulab.user.vfio;

import org.iommulab.kernel.Kernel;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * VFIO's mode without an IOMMU (CONFIG_VFIO_NOIOMMU): a device that has no group gets one of VFIO's own, a user may drive it,
 * and nothing keeps it from any memory. The administrator must have given up safety by a parameter of the module vfio.
 */
public final class NoIommu {
    /** The parameter. */
    public static final String PARAMETER = "vfio.enable_unsafe_noiommu_mode";

    private final boolean built;
    private final FlagCell enabled;

    NoIommu(SimObject owner, Kernel kernel) {
        this.built = kernel.config("VFIO_NOIOMMU");
        this.enabled = new FlagCell(owner, Lane.CORE, Term.flag("enable_unsafe_noiommu_mode"));
        enabled.setQuietly(built && kernel.commandLine().parameter(PARAMETER).orElse(false));
    }

    /** {@code vfio_noiommu}. */
    boolean isEnabled() {
        return enabled.get();
    }
}
