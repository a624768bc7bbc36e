package org.iommulab.kernel;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A change to a kernel: the five patches of "iommu: Retire detach_dev callback", what followed, and what the series
 * was on its way and did not stay.
 */
public enum Patch {
    P1("p1", "1b932ceddd19", "iommu: Remove detach_dev callbacks", adds(Behaviour.DRIVERS_WITHOUT_DETACH_DEV), none()),
    P2("p2", "6caeb33fa986", "iommu: Add set_platform_dma_ops iommu ops", adds(Behaviour.SET_PLATFORM_DMA_OPS), none()),
    P3(
            "p3",
            "c1fe9119ee70",
            "iommu: Add set_platform_dma_ops callbacks",
            adds(Behaviour.DRIVERS_SET_PLATFORM_DMA),
            none()),
    P4(
            "p4",
            "dd8a25c557e1",
            "iommu: Remove deferred attach check from __iommu_detach_device()",
            adds(Behaviour.DEFERRED_ATTACH_BIT),
            none()),
    P5("p5", "8f9930fa0161", "iommu: Remove detach_dev callback", none(), adds(Behaviour.DETACH_DEV)),
    PAMU_FIX("pamu-fix", "bb649412d39f", "iommu/fsl_pamu: build fix", none(), none()),
    EXYNOS_FIX(
            "exynos-fix",
            "189d496b48b1",
            "iommu/exynos: Add missing set_platform_dma_ops callback",
            adds(Behaviour.EXYNOS_SET_PLATFORM_IS_RELEASE),
            none()),
    EXYNOS_FIX2(
            "exynos-fix2",
            "f91bf3272a18",
            "iommu/exynos: Fix set_platform_dma_ops() callback",
            adds(Behaviour.EXYNOS_SET_PLATFORM_DMA),
            adds(Behaviour.EXYNOS_SET_PLATFORM_IS_RELEASE)),
    RK_FIX(
            "rk-fix",
            "25c2325575cc",
            "iommu/rockchip: Add missing set_platform_dma_ops callback",
            adds(Behaviour.ROCKCHIP_SET_PLATFORM_DMA),
            none()),
    /** No patch, but what versions 1 and 2 of the series did in the core: never merged. */
    V2(
            "v2",
            "",
            "iommu: a static blocking domain for each group, versions 1 and 2 (May and August 2022)",
            adds(Behaviour.BLOCKING_DOMAIN_FOR_NONE),
            none()),
    /** No patch, but how version 4 of the series had the core, with the drivers of P1 and P3: never merged. */
    V4(
            "v4",
            "",
            "iommu: Retire detach_dev callback, version 4 (4 January 2023)",
            EnumSet.of(
                    Behaviour.DRIVERS_WITHOUT_DETACH_DEV,
                    Behaviour.SET_PLATFORM_DMA_OPS,
                    Behaviour.DRIVERS_SET_PLATFORM_DMA,
                    Behaviour.DEFERRED_ATTACH_BIT,
                    Behaviour.SET_PLATFORM_DMA_CAN_FAIL),
            none());

    private final String text;
    private final String commit;
    private final String subject;
    private final Set<Behaviour> added;
    private final Set<Behaviour> removed;

    Patch(String text, String commit, String subject, Set<Behaviour> added, Set<Behaviour> removed) {
        this.text = text;
        this.commit = commit;
        this.subject = subject;
        this.added = added;
        this.removed = removed;
    }

    private static Set<Behaviour> adds(Behaviour behaviour) {
        return EnumSet.of(behaviour);
    }

    private static Set<Behaviour> none() {
        return EnumSet.noneOf(Behaviour.class);
    }

    /** As {@code --kernel} spells it. */
    public String text() {
        return text;
    }

    /** Whether it was never merged in this form: an alternative, to be tried on 6.2 alone. */
    public boolean isIdea() {
        return commit.isEmpty();
    }

    /** The upstream commit, 12 digits; empty for an idea. */
    public String commit() {
        return commit;
    }

    public String subject() {
        return subject;
    }

    void applyTo(Set<Behaviour> behaviours) {
        behaviours.addAll(added);
        behaviours.removeAll(removed);
    }

    public static Optional<Patch> named(String text) {
        return Arrays.stream(values()).filter(p -> p.text.equals(text)).findFirst();
    }

    @Override
    public String toString() {
        return text;
    }
}
