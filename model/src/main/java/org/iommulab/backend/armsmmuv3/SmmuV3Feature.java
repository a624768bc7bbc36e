package org.iommulab.backend.armsmmuv3;

import java.util.Collection;

/**
 * What a unit can do, by the numbers that the driver prints in "features" (arm-smmu-v3.h: ARM_SMMU_FEAT_...; the last
 * three are newer than 6.1).
 */
enum SmmuV3Feature {
    /** The stream table may have two levels. */
    TWO_LEVEL_STREAM_TABLE(0),
    /** Tables of context descriptors may have two levels. */
    TWO_LEVEL_CD_TABLE(1),
    LITTLE_ENDIAN(2),
    BIG_ENDIAN(3),
    /** Devices may ask for pages. */
    PRI(4),
    /** Devices may keep translations themselves. */
    ATS(5),
    /** Waiting for a command is possible without polling. */
    SEV(6),
    MSI(7),
    /** The unit's own reads see the CPU's caches. */
    COHERENCY(8),
    STAGE_ONE(9),
    STAGE_TWO(10),
    /** Accesses may wait for the software after a fault. */
    STALLS(11),
    HYPERVISOR(12),
    STALL_FORCE(13),
    /** Input addresses of 52 bits. */
    VAX(14),
    /** One command invalidates a range of pages. */
    RANGE_INVALIDATION(15),
    BROADCAST_TLB(16),
    SVA(17),
    HOST_EXTENSION(18),
    NESTING(19),
    /** Attributes of an access can be overridden; known since 6.12. */
    ATTRIBUTE_OVERRIDE(20),
    /** Access flags are set by the unit; known since 6.12. */
    ACCESS_FLAG(21),
    /** Dirty state is kept by the unit; known since 6.12. */
    DIRTY(22);

    private final int bit;

    SmmuV3Feature(int bit) {
        this.bit = bit;
    }

    boolean in(int word) {
        return (word >>> bit & 1) != 0;
    }

    static int word(Collection<SmmuV3Feature> features) {
        return features.stream().mapToInt(f -> 1 << f.bit).reduce(0, (a, b) -> a | b);
    }
}
