package org.iommulab.explore.patches;

import org.iommulab.kernel.Patch;

/** Why each patch was made, in two sentences. From the commits' own messages and the mails round them. */
final class PatchReason {
    private PatchReason() {}

    static String of(Patch patch) {
        return switch (patch) {
            case P1 ->
                "Nine drivers were thought to have a default domain for every group, so that the core never takes a"
                        + " device to no domain and never calls their detach_dev. It is taken out as never called; on"
                        + " 32-bit ARM, where there is no default domain, it was.";
            case P2 ->
                "Drivers without default domains use detach_dev to give a device back to the platform's own DMA, which"
                        + " is something else than undoing an attach. The core gets an operation for that, called for a"
                        + " device, and prefers it to detach_dev where a driver has it.";
            case P3 ->
                "The seven drivers that still have detach_dev get set_platform_dma_ops in its place."
                        + " After this no driver in the tree feeds the old branch of the core.";
            case P4 ->
                "An explicit attach is unconditional since an earlier fix, so a detach that is skipped for a deferred"
                        + " device leaves the driver pointing at a domain that the caller is about to free. The core"
                        + " remembers in one bit whether an attach is still deferred, and detaches without asking.";
            case P5 ->
                "No driver has detach_dev any more, so the operation, its helper and its tracepoint go. From here on a"
                    + " driver without set_platform_dma_ops gets a WARN for every device that should go to no domain.";
            case PAMU_FIX ->
                "Patch 3 ends the new initializer with a semicolon where a comma belongs, so that fsl_pamu does not"
                        + " compile. Nothing else changes.";
            case EXYNOS_FIX ->
                "On 32-bit ARM nothing takes a SysMMU off a domain that is about to be freed any more, and Exynos"
                    + " boards stopped booting. The release function becomes set_platform_dma_ops there; it detaches,"
                    + " and deletes the device links as well.";
            case EXYNOS_FIX2 ->
                "Without its device links a SysMMU no longer follows its client's runtime PM, so giving a device back"
                        + " must not delete them. A function of its own does only the detaching.";
            case V2 ->
                "Versions 1 and 2 give a group a blocking domain where it should have none; its attach is the driver's"
                    + " old detach function. Version 3 dropped that: most of these functions switch translation off,"
                    + " so that a device passes instead of being blocked, and to block is not to hand back.";
            case V4 ->
                "Version 4 lets the core try set_platform_dma_ops first and, when that fails, falls back to detach_dev"
                        + " and to -EINVAL without it. Version 5 tests the pointer instead and only warns, so that the"
                        + " transition to no domain cannot fail any more.";
            case RK_FIX ->
                "RK3288 boards, which are 32-bit ARM, warned in __iommu_group_set_domain when the display took its"
                        + " own domain. The driver's detach function comes back as set_platform_dma_ops.";
            case RISCV_IOMMU ->
                "RISC-V has a specification of an IOMMU and machines that have one. Seven patches bring a driver for"
                        + " it; this is the last of them.";
        };
    }
}
