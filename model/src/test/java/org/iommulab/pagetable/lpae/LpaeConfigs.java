package org.iommulab.pagetable.lpae;

import java.util.Set;
import java.util.stream.Stream;

/** Configurations of every kind: the golden cases' own, and further ones with other roots. */
final class LpaeConfigs {
    static final long SMALL = 1L << 12 | 1L << 21 | 1L << 30;
    static final long MIDDLE = 1L << 14 | 1L << 25;
    static final long BIG = 1L << 16 | 1L << 29;
    static final long TERABYTES = 1L << 42;

    private LpaeConfigs() {}

    static LpaeConfig config(LpaeVariant variant, long sizes, int ias, int oas, LpaeQuirk... quirks) {
        return new LpaeConfig(variant, ias, oas, sizes, Set.of(quirks), true);
    }

    static LpaeConfig nonCoherent(LpaeConfig c) {
        return new LpaeConfig(c.variant(), c.inputBits(), c.outputBits(), c.pageSizes(), c.quirks(), false);
    }

    static LpaeFormat format(LpaeConfig config) {
        return LpaeFormat.of(config).orElseThrow();
    }

    static Stream<LpaeFormat> formats() {
        LpaeVariant one = LpaeVariant.ARM_64_S1;
        LpaeVariant two = LpaeVariant.ARM_64_S2;
        return Stream.of(
                        config(one, SMALL, 39, 40),
                        config(one, SMALL, 48, 48),
                        config(one, SMALL, 32, 36),
                        nonCoherent(config(one, SMALL, 40, 44)),
                        config(one, MIDDLE, 40, 40),
                        config(one, MIDDLE, 48, 48),
                        config(one, MIDDLE, 25, 42),
                        config(one, BIG, 40, 48),
                        config(one, BIG | TERABYTES, 48, 52),
                        config(one, BIG | TERABYTES, 52, 52),
                        config(one, BIG, 29, 32),
                        config(one, SMALL, 39, 48, LpaeQuirk.ARM_NS),
                        config(one, SMALL, 39, 48, LpaeQuirk.ARM_TTBR1),
                        nonCoherent(config(one, SMALL, 42, 48, LpaeQuirk.ARM_OUTER_WBWA)),
                        config(one, SMALL | MIDDLE | BIG, 48, 48),
                        config(one, 1L << 12, 32, 32),
                        config(two, SMALL, 40, 40),
                        config(two, SMALL, 48, 48),
                        config(two, SMALL, 39, 48),
                        config(two, SMALL, 42, 42),
                        config(two, SMALL, 43, 44),
                        config(two, SMALL, 44, 44),
                        config(two, MIDDLE, 40, 40),
                        nonCoherent(config(two, MIDDLE, 47, 48)),
                        config(two, MIDDLE, 48, 48),
                        config(two, BIG, 42, 48),
                        config(two, BIG | TERABYTES, 48, 52),
                        config(LpaeVariant.ARM_32_S1, SMALL, 32, 32),
                        nonCoherent(config(LpaeVariant.ARM_32_S1, SMALL, 32, 40, LpaeQuirk.ARM_NS)),
                        config(LpaeVariant.ARM_32_S2, SMALL, 40, 40),
                        config(LpaeVariant.ARM_32_S2, SMALL, 32, 40),
                        nonCoherent(config(LpaeVariant.ARM_32_S2, SMALL, 40, 36)),
                        config(LpaeVariant.MALI, SMALL, 48, 40),
                        nonCoherent(config(LpaeVariant.MALI, SMALL, 33, 40)))
                .map(LpaeConfigs::format);
    }
}
