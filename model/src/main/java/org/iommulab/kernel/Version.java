package org.iommulab.kernel;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A released kernel, as the set of behaviours that it starts from. */
public enum Version {
    V6_1("6.1", EnumSet.of(Behaviour.DETACH_DEV, Behaviour.IO_PGTABLE_DRIVERS_MAP_ONE)),
    V6_2(
            "6.2",
            EnumSet.of(
                    Behaviour.DETACH_DEV,
                    Behaviour.CLAIM_CHECKS_NULL_OWNER,
                    Behaviour.PAMU_SAYS_ENODEV,
                    Behaviour.EXYNOS_REGISTERS_LAST)),
    V6_3(
            "6.3",
            EnumSet.of(
                    Behaviour.CLAIM_CHECKS_NULL_OWNER,
                    Behaviour.PAMU_SAYS_ENODEV,
                    Behaviour.ISOLATED_MSI,
                    Behaviour.SET_PLATFORM_DMA_OPS,
                    Behaviour.DEFERRED_ATTACH_BIT,
                    Behaviour.EXYNOS_REGISTERS_LAST,
                    Behaviour.DRIVERS_WITHOUT_DETACH_DEV,
                    Behaviour.DRIVERS_SET_PLATFORM_DMA,
                    Behaviour.EXYNOS_SET_PLATFORM_DMA,
                    Behaviour.EXYNOS_FAULTS_DECODED_BY_VARIANT)),
    V6_4(
            "6.4",
            plus(
                    V6_3,
                    Behaviour.ROCKCHIP_SET_PLATFORM_DMA,
                    Behaviour.SPRD_ATTACHES_AGAIN,
                    Behaviour.RELEASE_UNDER_GROUP_LOCK)),
    V6_7(
            "6.7",
            plus(
                    V6_4,
                    Behaviour.LOG_WITHOUT_TRAILING_BLANK,
                    Behaviour.FLUSH_QUEUE_IS_A_CAPABILITY,
                    Behaviour.LOW_IOVA_UNTIL_IT_FAILS,
                    Behaviour.IOVA_DEPOT_IS_TRIMMED,
                    Behaviour.DEFAULT_DOMAIN_MANDATORY,
                    Behaviour.STATIC_DOMAINS,
                    Behaviour.EXYNOS_IDENTITY_DOMAIN,
                    Behaviour.EXYNOS_MAPS_PAGES,
                    Behaviour.EXYNOS_RESUMES_WITHOUT_TABLE),
            Behaviour.SET_PLATFORM_DMA_OPS),
    V6_12(
            "6.12",
            plus(
                    V6_7,
                    Behaviour.OPS_BY_FWSPEC,
                    Behaviour.ATTACH_CHECKS_OWNER,
                    Behaviour.RELEASE_DOMAIN,
                    Behaviour.CORE_SETS_UP_DMA,
                    Behaviour.FWSPEC_ALONE_COUNTS,
                    Behaviour.ARM_MAPPING_FOR_DEVICE,
                    Behaviour.PAGING_DOMAIN_FOR_DEVICE));

    private final String text;
    private final Set<Behaviour> behaviours;

    Version(String text, Set<Behaviour> behaviours) {
        this.text = text;
        this.behaviours = behaviours;
    }

    Version(String text, Set<Behaviour> behaviours, Behaviour gone) {
        this(text, behaviours);
        behaviours.remove(gone);
    }

    private static Set<Behaviour> plus(Version before, Behaviour... added) {
        Set<Behaviour> behaviours = EnumSet.copyOf(before.behaviours);
        behaviours.addAll(Arrays.asList(added));
        return behaviours;
    }

    public String text() {
        return text;
    }

    Set<Behaviour> behaviours() {
        return behaviours;
    }

    /** The releases that came after this one, oldest first. */
    public static List<Version> after(Version version) {
        return Arrays.stream(values())
                .filter(later -> later.compareTo(version) > 0)
                .toList();
    }

    public static Optional<Version> named(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    @Override
    public String toString() {
        return text;
    }
}
