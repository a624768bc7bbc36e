package org.iommulab.pagetable.lpae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.pagetable.lpae.LpaeConfigs.config;
import static org.iommulab.pagetable.lpae.LpaeConfigs.format;
import static org.iommulab.pagetable.lpae.LpaeConfigs.nonCoherent;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Roots, entries and registers of known value. */
class LpaeFormatTest {
    private static final long GIGABYTE = 1L << 30;

    private static LpaeFormat plain(LpaeVariant variant) {
        return format(config(variant, LpaeConfigs.SMALL, variant == LpaeVariant.ARM_32_S1 ? 32 : 40, 40));
    }

    private static int prot(String words) {
        return Arrays.stream(words.split(" ")).mapToInt(Prot::of).reduce(0, (a, b) -> a | b);
    }

    @ParameterizedTest
    @CsvSource({
        // variant, sizes, ias, oas: granule, ARM's number of the root's level, entries of the root
        "ARM_64_S1, 0x40201000,    48, 48, 12, 0, 512",
        "ARM_64_S1, 0x40201000,    39, 48, 12, 1, 512",
        "ARM_64_S1, 0x40201000,    40, 48, 12, 0, 2",
        "ARM_64_S1, 0x2004000,     48, 48, 14, 0, 2",
        "ARM_64_S1, 0x2004000,     39, 48, 14, 1, 8",
        "ARM_64_S1, 0x20010000,    48, 48, 16, 1, 64",
        "ARM_64_S1, 0x20010000,    39, 48, 16, 2, 1024",
        "ARM_64_S1, 0x40020010000, 52, 52, 16, 1, 1024",
        "ARM_64_S1, 0x62215000,    48, 48, 12, 0, 512",
        "ARM_64_S1, 0x22014000,    40, 48, 14, 1, 16",
        "ARM_64_S2, 0x40201000,    40, 40, 12, 1, 1024",
        "ARM_64_S2, 0x40201000,    43, 44, 12, 1, 8192",
        "ARM_64_S2, 0x40201000,    44, 44, 12, 0, 32",
        "ARM_64_S2, 0x2004000,     48, 48, 14, 1, 4096",
        "ARM_32_S1, 0x1111000,     32, 40, 12, 1, 4",
        "ARM_32_S1, 0x40201000,    32, 40, 12, 1, 4",
        "ARM_32_S2, 0x40201000,    40, 40, 12, 1, 1024",
        "MALI,      0x40201000,    48, 40, 12, 0, 512",
        "MALI,      0x40201000,    33, 40, 12, 0, 1",
    })
    void theRootFollowsFromTheWidthOfAnAddress(
            LpaeVariant variant, long sizes, int ias, int oas, int granule, int start, int entries) {
        LpaeFormat format = format(config(variant, sizes, ias, oas));

        assertThat(format.granuleShift()).isEqualTo(granule);
        assertThat(format.startLevel()).isEqualTo(start);
        assertThat(1 << format.rootBits()).isEqualTo(entries);
        assertThat(format.levelNames().getFirst()).isEqualTo("L" + start);
        assertThat(format.levelNames().getLast()).isEqualTo("L3");
    }

    @ParameterizedTest
    @CsvSource({
        "0x40201000, 48, 4096 2097152 1073741824",
        "0x2004000, 48, 16384 33554432",
        "0x40020010000, 48, 65536 536870912",
        "0x40020010000, 52, 65536 536870912 4398046511104",
        "0x1111000, 48, 4096",
        "0x62215000, 48, 4096 2097152 1073741824",
    })
    void sizes(long asked, int oas, String sizes) {
        LpaeFormat format = format(config(LpaeVariant.ARM_64_S1, asked, 48, oas));

        assertThat(format.pageSizes())
                .extracting(PageSize::bytes)
                .containsExactlyElementsOf(
                        Arrays.stream(sizes.split(" ")).map(Long::parseLong).toList());
        assertThat(format.pageSizes()).allMatch(s -> format.levelOf(s.bytes()) == s.level());
    }

    @ParameterizedTest
    @CsvSource({
        "ARM_64_S1, 0,           48, 48",
        "ARM_64_S1, 0x100000,    48, 48",
        "ARM_64_S1, 0x40201000,  53, 48",
        "ARM_64_S1, 0x40201000,  48, 53",
        "ARM_64_S1, 0x40201000,  48, 41",
        "ARM_64_S1, 0x40201000,  12, 48",
        "ARM_32_S1, 0x40201000,  33, 40",
        "ARM_32_S1, 0x40201000,  32, 42",
        "ARM_32_S1, 0x20010000,  32, 40",
        "ARM_32_S2, 0x40201000,  41, 40",
        "MALI,      0x40201000,  49, 40",
        "MALI,      0x40201000,  48, 48",
    })
    void whatIoPgtableRefuses(LpaeVariant variant, long sizes, int ias, int oas) {
        assertThat(LpaeFormat.of(config(variant, sizes, ias, oas))).isEmpty();
    }

    @Test
    void quirksThatDoNotFitAreRefused() {
        assertThat(LpaeFormat.of(config(LpaeVariant.ARM_64_S2, LpaeConfigs.SMALL, 40, 40, LpaeQuirk.ARM_NS)))
                .isEmpty();
        assertThat(LpaeFormat.of(config(LpaeVariant.MALI, LpaeConfigs.SMALL, 40, 40, LpaeQuirk.ARM_TTBR1)))
                .isEmpty();
        assertThat(LpaeFormat.of(config(LpaeVariant.ARM_64_S1, LpaeConfigs.SMALL, 40, 40, LpaeQuirk.ARM_OUTER_WBWA)))
                .as("with coherent walks")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ARM_64_S1, 0x276543000, 3, READ WRITE CACHE,        0x276543F47",
        "ARM_64_S1, 0x276543000, 3, READ CACHE,              0x276543FC7",
        "ARM_64_S1, 0x276543000, 3, READ WRITE,              0x276543E43",
        "ARM_64_S1, 0x276543000, 3, WRITE,                   0x276543E43",
        "ARM_64_S1, 0x276543000, 3, READ WRITE NOEXEC,       0x60000276543E43",
        "ARM_64_S1, 0x240000000, 2, READ WRITE CACHE,        0x240000F45",
        "ARM_64_S2, 0x276543000, 3, READ WRITE CACHE,        0x2765437FF",
        "ARM_64_S2, 0x276543000, 3, READ CACHE,              0x27654377F",
        "ARM_64_S2, 0x240000000, 2, READ WRITE CACHE,        0x2400007FD",
        "ARM_32_S1, 0x9ABCD000,  3, READ,                    0x9ABCDEC3",
        "ARM_32_S1, 0x9ABCD000,  3, READ WRITE MMIO,         0x9ABCDE4B",
        "ARM_32_S1, 0x9ABCD000,  3, READ WRITE PRIV,         0x9ABCDE03",
        "MALI,      0x9ABCD000,  3, READ WRITE,              0x9ABCD2C1",
        "MALI,      0x9ABCD000,  3, READ CACHE,              0x9ABCD245",
    })
    void leaf(LpaeVariant variant, long output, int number, String words, long entry) {
        LpaeFormat format = plain(variant);
        int level = number - format.startLevel();
        int prot = prot(words);

        assertThat(format.leaf(level, format.leafBytes(level, entry), output, prot))
                .isEqualTo(entry);
        assertThat(format.kind(level, entry)).isEqualTo(Kind.LEAF);
        assertThat(format.output(level, entry)).isEqualTo(output);
        // Stage 1 has nothing that can be written but not read.
        assertThat(format.prot(level, entry)).isEqualTo(words.equals("WRITE") ? prot | Prot.READ : prot);
    }

    @ParameterizedTest
    @CsvSource({
        "READ WRITE,       0x123456E63, 0x740200E61",
        "READ,             0x123456EE3, 0x740200EE1",
        "READ WRITE CACHE, 0x123456F67, 0x740200F65",
        "READ CACHE,       0x123456FE7, 0x740200FE5",
        "READ WRITE MMIO,  0x123456E6B, 0x740200E69",
        "READ WRITE PRIV,  0x123456E23, 0x740200E21",
    })
    void nonSecureLeaf(String words, long page, long block) {
        LpaeFormat format = format(config(LpaeVariant.ARM_32_S1, LpaeConfigs.SMALL, 32, 40, LpaeQuirk.ARM_NS));

        assertThat(format.leaf(2, 0x1000, 0x1_2345_6000L, prot(words))).isEqualTo(page);
        assertThat(format.leaf(1, 0x200000, 0x7_4020_0000L, prot(words))).isEqualTo(block);
        assertThat(format.table(0, 0x6_0001_1000L)).isEqualTo(0x8000_0006_0001_1003L);
    }

    @Test
    void theBigGranulesTopAddressBitsAreAtTheBottom() {
        LpaeFormat format = format(config(LpaeVariant.ARM_64_S1, LpaeConfigs.BIG, 48, 52));
        long entry = format.leaf(2, 0x10000, 0xa_1234_5678_0000L, prot("READ WRITE CACHE"));

        assertThat(entry).isEqualTo(0x1234_5678_af47L);
        assertThat(format.output(2, entry)).isEqualTo(0xa_1234_5678_0000L);
        assertThat(format.table(0, 0xf_0000_8001_0000L)).isEqualTo(0x8001_f003L);
        assertThat(format.tableAddress(0, 0x8001_f003L)).isEqualTo(0xf_0000_8001_0000L);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, EMPTY", "0, 1, LEAF", "0, 2, EMPTY", "0, 3, TABLE", "2, 1, EMPTY", "2, 3, LEAF"})
    void type(int level, long type, Kind kind) {
        assertThat(plain(LpaeVariant.ARM_32_S1).kind(level, 0x9abc_d000L | type))
                .isEqualTo(kind);
    }

    @Test
    void maliCallsAPageABlockAndHasNoBlocksAtTheRoot() {
        LpaeFormat format = plain(LpaeVariant.MALI);

        assertThat(format.kind(3, 1)).isEqualTo(Kind.LEAF);
        assertThat(format.kind(3, 3)).isEqualTo(Kind.EMPTY);
        assertThat(format.kind(0, 1)).isEqualTo(Kind.EMPTY);
        assertThat(format.kind(0, 3)).isEqualTo(Kind.TABLE);
    }

    @Test
    void withoutItsAccessFlagALeafAllowsNothing() {
        assertThat(plain(LpaeVariant.ARM_64_S1).prot(3, 0x2_7654_3b47L)).isZero();
        assertThat(plain(LpaeVariant.MALI).prot(3, 0x9abc_d2c1L)).isEqualTo(Prot.READ | Prot.WRITE);
    }

    @ParameterizedTest
    @MethodSource("org.iommulab.pagetable.lpae.LpaeConfigs#formats")
    void aPartOfABlockAllowsWhatTheBlockAllows(LpaeFormat format) {
        for (PageSize size : format.pageSizes()) {
            for (int prot = 0; size.level() + 1 < format.levels() && prot < Prot.COMBINATIONS; prot++) {
                int below = size.level() + 1;
                long bytes = 1L << format.indexShift(below);
                boolean leaf = format.kind(below, format.leaf(below, bytes, 0, prot)) == Kind.LEAF;
                long whole = format.leaf(size.level(), size.bytes(), size.bytes(), prot);
                assertThat(format.part(below, whole, 3))
                        .isEqualTo(format.leaf(below, bytes, size.bytes() + 3 * bytes, prot));
                assertThat(leaf).as("blocks of the next level").isTrue();
            }
        }
    }

    @Test
    void registersOfStageOne() {
        var upper = format(config(LpaeVariant.ARM_64_S1, LpaeConfigs.SMALL, 39, 48, LpaeQuirk.ARM_TTBR1));
        assertThat(LpaeRegisters.of(upper, 0x8000_0000L))
                .isEqualTo(new LpaeRegisters.StageOne(
                        0x8000_0000L, new LpaeRegisters.Control(5, 2, 3, 1, 1, 25), 0xffff_ffff_f404_ff44L));
        var cached =
                format(nonCoherent(config(LpaeVariant.ARM_64_S1, LpaeConfigs.BIG, 52, 52, LpaeQuirk.ARM_OUTER_WBWA)));
        assertThat(LpaeRegisters.of(cached, 0x8000_0000L))
                .isEqualTo(new LpaeRegisters.StageOne(
                        0x8000_0000L, new LpaeRegisters.Control(6, 1, 2, 1, 0, 12), 0xffff_ffff_f404_ff44L));
        var middle = format(config(LpaeVariant.ARM_64_S1, LpaeConfigs.MIDDLE, 48, 48, LpaeQuirk.ARM_TTBR1));
        assertThat(LpaeRegisters.of(middle, 0).byName()).containsEntry("tcr.tg", 1L);
        var big = format(config(LpaeVariant.ARM_64_S1, LpaeConfigs.BIG, 48, 48, LpaeQuirk.ARM_TTBR1));
        assertThat(LpaeRegisters.of(big, 0).byName()).containsEntry("tcr.tg", 3L);
    }

    @ParameterizedTest
    @CsvSource({
        "0x40201000, 48, 2",
        "0x40201000, 40, 1",
        "0x40201000, 30, 0",
        "0x2004000, 48, 2",
        "0x2004000, 36, 1",
        "0x20010000, 48, 2",
        "0x20010000, 42, 1"
    })
    void startLevelOfStageTwo(long sizes, int ias, long field) {
        var registers = LpaeRegisters.of(format(config(LpaeVariant.ARM_64_S2, sizes, ias, 48)), 0x8000_0000L);

        assertThat(registers.byName()).containsEntry("vtcr.sl", field).containsEntry("vtcr.tsz", 64L - ias);
    }

    @Test
    void registersOfMali() {
        assertThat(LpaeRegisters.of(plain(LpaeVariant.MALI), 0x8000_0000L).byName())
                .containsEntry("transtab", 0x8000_0017L)
                .containsEntry("memattr", 0x88_8d88L);
    }

    @Test
    void aRunEndsWithItsTableAlsoAmongConcatenatedOnes() {
        LpaeFormat two = format(config(LpaeVariant.ARM_64_S2, LpaeConfigs.SMALL, 42, 42));
        assertThat(two.entriesLeft(0, 511 * GIGABYTE)).isEqualTo(1);
        assertThat(two.entriesLeft(0, 512 * GIGABYTE)).isEqualTo(512);
        LpaeFormat small = format(config(LpaeVariant.ARM_64_S1, LpaeConfigs.SMALL, 32, 40));
        assertThat(small.entriesLeft(0, GIGABYTE)).isEqualTo(3);
        assertThat(small.entriesLeft(2, 0x1ff_f000)).isEqualTo(1);
    }

    @Test
    void aConfigurationKeepsItsQuirks() {
        Set<LpaeQuirk> quirks = EnumSet.of(LpaeQuirk.ARM_NS, LpaeQuirk.ARM_TTBR1);
        var config = new LpaeConfig(LpaeVariant.ARM_64_S1, 39, 48, LpaeConfigs.SMALL, quirks, true);
        quirks.clear();

        assertThat(format(config).config().has(LpaeQuirk.ARM_NS)).isTrue();
    }
}
