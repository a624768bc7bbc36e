package org.iommulab.core;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Types of {@code struct iommu_domain} with the kernel's numbers (include/linux/iommu.h, IOMMU_DOMAIN_*). */
public enum DomainType {
    BLOCKED(0, "Blocked", "blocked"),
    UNMANAGED(1, "Unmanaged", "unmanaged"),
    DMA(3, "Translated", "DMA"),
    IDENTITY(4, "Passthrough", "identity"),
    DMA_FQ(11, "Translated", "DMA-FQ"),
    /** A process's own tables, for one of its PASIDs (v6.2). */
    SVA(16, "Unknown", "unknown"),
    /** The platform's own way (v6.7). */
    PLATFORM(32, "Platform", "unknown"),
    /** A guest's tables, whose addresses another domain translates once more (v6.7). */
    NESTED(64, "Unknown", "unknown");

    private static final Map<Integer, DomainType> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DomainType::number, type -> type));

    private final int number;
    private final String logged;
    private final String sysfs;

    DomainType(int number, String logged, String sysfs) {
        this.number = number;
        this.logged = logged;
        this.sysfs = sysfs;
    }

    public int number() {
        return number;
    }

    /** The word of {@code Default domain type: %s}. */
    public String logged() {
        return logged;
    }

    /** The word of the group's {@code type} file. */
    public String sysfs() {
        return sysfs;
    }

    /** Whether iommu_map is legal on it. */
    public boolean isPaging() {
        return (number & 1) != 0;
    }

    /** Whether the DMA API owns it (__IOMMU_DOMAIN_DMA_API). */
    public boolean isDmaApi() {
        return (number & 2) != 0;
    }

    public static Optional<DomainType> of(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }
}
