package org.iommulab.core;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Whether a device can send interrupts in another's name, which whoever hands devices to users must know. On x86 an
 * IOMMU that remaps interrupts prevents it, on arm64 a GICv3 with an ITS (the lab takes CONFIG_ARM_GIC_V3_ITS of a board
 * for the hardware); s390 by its architecture.
 */
public final class MsiIsolation extends SimObject {
    private static final Term CHECK_MSI_REMAP =
            Term.of("irq_domain_check_msi_remap", "kernel/irq/irqdomain.c", Operand.NONE, Operand.NONE, Operand.YES_NO);
    private static final Term CAPABLE =
            Term.of("device_iommu_capable", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.YES_NO);
    private static final Term HAS_ISOLATED = Term.of(
            "iommu_group_has_isolated_msi", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.YES_NO);

    private final Kernel kernel;
    private final FlagCell remapped;

    MsiIsolation(Kernel kernel) {
        super(kernel.machine());
        this.kernel = kernel;
        this.remapped = new FlagCell(this, Lane.DRIVER, Term.flag("irq_remapping_enabled"));
    }

    @Override
    public String label() {
        return "interrupt remapping";
    }

    /** {@code irq_remapping_enabled} (x86). */
    public boolean isRemapped() {
        return remapped.get();
    }

    /** An IOMMU driver found, or an administrator decided, that interrupts are remapped (irq_remapping_prepare and enable). */
    public void setRemapped(boolean value) {
        remapped.set(value);
    }

    /**
     * What VFIO asks before a user gets a group: up to v6.2 irq_domain_check_msi_remap, then IOMMU_CAP_INTR_REMAP of any
     * device; from v6.3 on iommu_group_has_isolated_msi, of every device.
     */
    public boolean isIsolated(Group group) {
        if (kernel.has(Behaviour.ISOLATED_MSI)) {
            return kernel.call(
                            HAS_ISOLATED,
                            group,
                            () -> isSet(byInterruptDomains(group.devices().toList())))
                    != 0;
        }
        return kernel.call(CHECK_MSI_REMAP, kernel, () -> isSet(hasIts())) != 0
                || group.devices().toList().stream().anyMatch(this::isCapable);
    }

    private boolean isCapable(Device device) {
        return kernel.call(
                        CAPABLE,
                        device,
                        () -> isSet(Attaching.opsOf(device).capable(device, OpsTable.Capability.INTR_REMAP)))
                != 0;
    }

    // msi_device_has_isolated_msi: a platform device below an ITS counts where its MSI domain is the ITS's, too
    private boolean byInterruptDomains(List<Device> devices) {
        return kernel.config("S390") || remapped.get() || hasIts() && !devices.isEmpty();
    }

    private boolean hasIts() {
        return kernel.config("ARM64") && kernel.config("ARM_GIC_V3_ITS");
    }

    private static long isSet(boolean value) {
        return value ? 1 : 0;
    }
}
