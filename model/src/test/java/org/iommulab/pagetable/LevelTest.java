package org.iommulab.pagetable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.iommulab.backend.amd.AmdV1Format;
import org.iommulab.backend.amd.AmdV2Format;
import org.iommulab.backend.dart.DartFormat;
import org.iommulab.backend.dart.DartVersion;
import org.iommulab.backend.exynos.SysMmuFormat;
import org.iommulab.backend.omap.OmapFormat;
import org.iommulab.backend.rockchip.RockchipFormat;
import org.iommulab.backend.sun50i.Sun50iFormat;
import org.iommulab.backend.tegrasmmu.TegraSmmuFormat;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.armv7s.ArmV7sConfig;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;
import org.iommulab.pagetable.armv7s.ArmV7sQuirk;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LevelTest {
    private static final long SEED = 20_230_123;

    static Stream<TableFormat> formats() {
        return Stream.of(
                SysMmuFormat.V1_V3,
                SysMmuFormat.V5,
                RockchipFormat.V1,
                RockchipFormat.V2,
                new Sun50iFormat(),
                new OmapFormat(),
                TegraSmmuFormat.BITS_32,
                TegraSmmuFormat.BITS_34,
                new AmdV1Format(3),
                new AmdV1Format(6),
                new AmdV2Format(4),
                new AmdV2Format(5),
                new ToyFormat(),
                lpae(LpaeVariant.ARM_64_S1, 1L << 12 | 1L << 21 | 1L << 30),
                lpae(LpaeVariant.ARM_64_S2, 1L << 14 | 1L << 25),
                lpae(LpaeVariant.ARM_64_S2, 1L << 16 | 1L << 29),
                lpae(LpaeVariant.MALI, 1L << 12 | 1L << 21 | 1L << 30),
                armV7s(32, 32),
                armV7s(34, 35, ArmV7sQuirk.values()),
                new DartFormat(DartVersion.DART1, 32, 36, 12),
                new DartFormat(DartVersion.DART2, 38, 42, 14));
    }

    private static TableFormat armV7s(int inputBits, int outputBits, ArmV7sQuirk... quirks) {
        return new ArmV7sFormat(new ArmV7sConfig(inputBits, outputBits, Set.of(quirks), true));
    }

    private static TableFormat lpae(LpaeVariant variant, long sizes) {
        return LpaeFormat.of(new LpaeConfig(variant, 40, 40, sizes, Set.of(), true))
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void readsAnyEntryAsTheFormatDoes(TableFormat format) {
        var random = new Random(SEED);
        Level[] levels = Level.of(format);
        for (int i = 0; i < 20_000; i++) {
            long entry = format.entryBytes() == 8 ? random.nextLong() : random.nextLong() & 0xffff_ffffL;
            for (int level = 0; level < levels.length; level++) {
                Level compiled = levels[level];
                Kind kind = format.kind(level, entry);
                String where = "seed %d, level %d, entry 0x%x".formatted(SEED, level, entry);
                assertThat(compiled.kind(entry)).as(where).isEqualTo(kind);
                assertThat((entry & compiled.leafMask) == compiled.leafValue)
                        .as(where)
                        .isEqualTo(kind == Kind.LEAF);
                switch (kind) {
                    case TABLE ->
                        assertThat(compiled.tableAddress(entry)).as(where).isEqualTo(format.tableAddress(level, entry));
                    case LEAF, REPLICATED -> {
                        assertThat(compiled.output(entry)).as(where).isEqualTo(format.output(level, entry));
                        assertThat(compiled.leafBytes(entry)).as(where).isEqualTo(format.leafBytes(level, entry));
                        assertThat(compiled.prot(entry)).as(where).isEqualTo(format.prot(level, entry));
                    }
                    case EMPTY -> {}
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void writesAnyEntryAsTheFormatDoes(TableFormat format) {
        var random = new Random(SEED);
        Level[] levels = Level.of(format);
        for (int i = 0; i < 20_000; i++) {
            long address = random.nextLong() & (1L << format.outputBits()) - 1;
            int prot = random.nextInt(Prot.COMBINATIONS);
            for (PageSize size : format.pageSizes()) {
                if (size.copies() == 1) {
                    long output = address & -size.bytes();
                    assertThat(levels[size.level()].leaf(output, prot))
                            .as("seed %d, output 0x%x", SEED, output)
                            .isEqualTo(format.leaf(size.level(), size.bytes(), output, prot));
                }
            }
            for (int level = 0; level + 1 < format.levels(); level++) {
                long table = address & -format.alignment(level + 1);
                assertThat(levels[level].table(table)).isEqualTo(format.table(level, table));
                assertThat(levels[level].tableAddress(format.table(level, table)))
                        .isEqualTo(table);
            }
        }
    }
}
