package org.iommulab.pagetable.lpae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.pagetable.Translation.NOT_MAPPED;
import static org.iommulab.pagetable.lpae.LpaeConfigs.SMALL;
import static org.iommulab.pagetable.lpae.LpaeConfigs.config;
import static org.iommulab.pagetable.lpae.LpaeConfigs.format;
import static org.iommulab.pagetable.lpae.LpaeConfigs.nonCoherent;

import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.api.Test;

class LpaePageTableTest {
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ERANGE = 34;
    private static final long PAGE = 0x1000;
    private static final long BLOCK = 0x20_0000;
    private static final long GIGABYTE = 1L << 30;

    private final LpaeRig rig = new LpaeRig(format(config(LpaeVariant.ARM_64_S1, SMALL, 39, 40)));
    private final LpaePageTable table = rig.table;

    @Test
    void theFirstPageMakesItsTables() {
        assertThat(table.map(0x1_2345_6000L, 0x2_7654_3000L, PAGE, 1, RW)).isEqualTo(PAGE);

        assertThat(rig.said())
                .containsExactly(
                        "table 1 80001000",
                        "entry 0 80001003",
                        "table 2 80002000",
                        "entry 1 80002003",
                        "entry 2 276543e43");
        assertThat(table.translate(0x1_2345_6abcL)).isEqualTo(0x2_7654_3abcL);
    }

    @Test
    void aTableThatIsReadFromMemoryIsMarkedOnceItIsThere() {
        var apart = new LpaeRig(format(nonCoherent(config(LpaeVariant.ARM_32_S1, SMALL, 32, 40, LpaeQuirk.ARM_NS))));

        apart.table.map(0x4012_3000L, 0x1_2345_6000L, PAGE, 1, RW);

        assertThat(apart.said())
                .containsExactly(
                        "table 1 80001000",
                        "entry 0 8000000080001003",
                        "entry 0 8080000080001003",
                        "table 2 80002000",
                        "entry 1 8000000080002003",
                        "entry 1 8080000080002003",
                        "entry 2 123456e63");
        assertThat(apart.table.translate(0x4012_3004L)).isEqualTo(0x1_2345_6004L);
    }

    @Test
    void aRunIsMappedAsAWholeOrNotAtAll() {
        table.map(0x5000, 0x9000, PAGE, 1, RW);
        rig.said();

        assertThat(table.map(0x1000, 0x1000, PAGE, 8, RW)).isEqualTo(EEXIST);

        assertThat(rig.said()).containsExactly("warn arm_lpae_init_pte");
        assertThat(table.translate(0x1000)).isEqualTo(NOT_MAPPED);
        assertThat(table.map(0x1000, 0x1000, PAGE, 4, RW)).isEqualTo(4 * PAGE);
        assertThat(rig.said()).hasSize(4);
    }

    @Test
    void aCallEndsWithTheTable() {
        assertThat(table.map(BLOCK - 2 * PAGE, 0, PAGE, 512, RW)).isEqualTo(2 * PAGE);
        assertThat(table.map(BLOCK, 2 * PAGE, PAGE, 510, RW)).isEqualTo(510 * PAGE);
        assertThat(table.unmap(BLOCK - 2 * PAGE, PAGE, 512)).isEqualTo(2 * PAGE);
        assertThat(table.unmap(BLOCK, PAGE, 512)).isEqualTo(510 * PAGE);
    }

    @Test
    void whatIsRefused() {
        assertThat(table.map(0, 0, 0x4000, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.map(0, 0, PAGE | BLOCK, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.map(1L << 39, 0, PAGE, 1, RW)).isEqualTo(ERANGE);
        assertThat(table.map(-PAGE, 0, PAGE, 1, RW)).isEqualTo(ERANGE);
        assertThat(table.map(0, 1L << 40, PAGE, 1, RW)).isEqualTo(ERANGE);
        assertThat(rig.said()).hasSize(5).allMatch(s -> s.equals("warn arm_lpae_map_pages"));
        assertThat(table.map(0, 0, PAGE, 1, Prot.CACHE)).isEqualTo(EINVAL);
        assertThat(rig.said()).isEmpty();
        assertThat(table.unmap(1L << 39, PAGE, 1) + table.unmap(0, 0x4000, 1) + table.unmap(0, PAGE, 0))
                .isZero();
        assertThat(rig.said()).hasSize(3).allMatch(s -> s.equals("warn arm_lpae_unmap_pages"));
        assertThat(table.unmap(0, PAGE, 1)).isZero();
        assertThat(rig.said()).containsExactly("warn __arm_lpae_unmap");
    }

    @Test
    void aPageInsideABlockIsRefused() {
        table.map(0, 0, BLOCK, 1, RW);
        rig.said();

        assertThat(table.map(PAGE, 0, PAGE, 1, RW)).isEqualTo(EEXIST);

        assertThat(rig.said()).containsExactly("warn __arm_lpae_map");
    }

    @Test
    void aBlockOverATableFreesIt() {
        table.map(BLOCK, 0, PAGE, 1, RW);
        rig.said();

        assertThat(table.map(0, 4 * BLOCK, BLOCK, 3, RW)).isEqualTo(3 * BLOCK);

        assertThat(rig.said())
                .containsExactly(
                        "entry 1 0",
                        "flush 200000 200000 1000",
                        "free 2 80002000",
                        "entry 1 800e41",
                        "entry 1 a00e41",
                        "entry 1 c00e41");
        assertThat(table.translate(BLOCK)).isEqualTo(5 * BLOCK);
    }

    @Test
    void whatGaveWayBeforeALeafWasMetStaysOut() {
        table.map(0, 0, PAGE, 1, RW);
        table.map(BLOCK, 0, BLOCK, 1, RW);
        rig.said();

        assertThat(table.map(0, 0, BLOCK, 2, RW)).isEqualTo(EEXIST);

        assertThat(rig.said())
                .containsExactly("entry 1 0", "flush 0 200000 1000", "free 2 80002000", "warn arm_lpae_init_pte");
        assertThat(table.translate(0)).isEqualTo(NOT_MAPPED);
        assertThat(table.translate(BLOCK)).isZero();
    }

    @Test
    void leavesAndTablesOfOneLevelAreUnmappedInOneGo() {
        table.map(0, 0, BLOCK, 2, RW);
        table.map(2 * BLOCK, 0, PAGE, 1, RW);
        table.map(3 * BLOCK, 0, BLOCK, 1, RW);
        rig.said();

        assertThat(table.unmap(0, BLOCK, 8, rig)).isEqualTo(4 * BLOCK);

        assertThat(rig.said())
                .containsExactly(
                        "entry 1 0",
                        "entry 1 0",
                        "gather 0 200000 2",
                        "entry 1 0",
                        "flush 400000 200000 1000",
                        "free 2 80002000",
                        "entry 1 0",
                        "gather 600000 200000 1",
                        "warn __arm_lpae_unmap");
    }

    @Test
    void aTableWithTablesBelowGoesFromTheBottom() {
        table.map(0, 0, PAGE, 1, RW);
        table.map(BLOCK, 0, PAGE, 1, RW);
        rig.said();

        assertThat(table.unmap(0, GIGABYTE, 1, rig)).isEqualTo(GIGABYTE);

        assertThat(rig.said())
                .containsExactly(
                        "entry 0 0", "flush 0 40000000 1000", "free 2 80002000", "free 2 80003000", "free 1 80001000");
    }

    @Test
    void aQueuedGatherIsNotToldOfPagesButOfASplit() {
        rig.queued = true;
        table.map(0, 0, PAGE, 4, RW);
        table.map(BLOCK, 0, BLOCK, 1, RW);
        rig.said();

        table.unmap(0, PAGE, 1, rig);
        table.unmap(PAGE, PAGE, 3, rig);
        assertThat(rig.said()).noneMatch(s -> s.startsWith("gather"));
        table.unmap(BLOCK, PAGE, 1, rig);
        assertThat(rig.said()).endsWith("gather 200000 1000 1");
    }

    @Test
    void aBlockIsSplitAroundWhatIsUnmapped() {
        table.map(BLOCK, 4 * BLOCK, BLOCK, 1, RW | Prot.CACHE);
        rig.said();

        assertThat(table.unmap(BLOCK + 8 * PAGE, PAGE, 2, rig)).isEqualTo(2 * PAGE);

        var said = rig.said();
        assertThat(said).hasSize(1 + 510 + 2);
        assertThat(said.subList(0, 2)).containsExactly("table 2 80002000", "entry 2 800f47");
        assertThat(said.subList(511, 513)).containsExactly("entry 1 80002003", "gather 208000 1000 2");
        assertThat(table.translate(BLOCK + 7 * PAGE + 5)).isEqualTo(4 * BLOCK + 7 * PAGE + 5);
        assertThat(table.translate(BLOCK + 8 * PAGE)).isEqualTo(NOT_MAPPED);
        assertThat(table.translate(BLOCK + 10 * PAGE)).isEqualTo(4 * BLOCK + 10 * PAGE);
    }

    @Test
    void aGigabyteIsSplitTwiceForAPage() {
        var apart = new LpaeRig(format(nonCoherent(config(LpaeVariant.ARM_64_S2, SMALL, 39, 40))));
        apart.table.map(0, GIGABYTE, GIGABYTE, 1, RW);

        assertThat(apart.table.unmap(GIGABYTE - PAGE, PAGE, 1)).isEqualTo(PAGE);

        assertThat(apart.table.radix().entry(0, 0)).isEqualTo(0x80_0000_8000_1003L);
        assertThat(apart.table.radix().entry(1, GIGABYTE - PAGE)).isEqualTo(0x80_0000_8000_2003L);
        assertThat(apart.table.radix().kindOf(1, 0)).isEqualTo(Kind.LEAF);
        assertThat(apart.table.translate(GIGABYTE - PAGE)).isEqualTo(NOT_MAPPED);
        assertThat(apart.table.translate(GIGABYTE - PAGE - 1)).isEqualTo(2 * GIGABYTE - PAGE - 1);
    }

    @Test
    void theUpperHalfHasOnesAboveItsInputBits() {
        var upper = new LpaeRig(format(config(LpaeVariant.ARM_64_S1, SMALL, 39, 48, LpaeQuirk.ARM_TTBR1)));

        assertThat(upper.table.map(-PAGE, 0x9000, PAGE, 1, RW)).isEqualTo(PAGE);
        assertThat(upper.table.map(-1L << 39, 0x8000, PAGE, 1, RW)).isEqualTo(PAGE);
        assertThat(upper.table.map(0, 0x8000, PAGE, 1, RW)).isEqualTo(ERANGE);
        assertThat(upper.table.translate(-1)).isEqualTo(0x9fff);
        assertThat(upper.table.unmap(-PAGE, PAGE, 1)).isEqualTo(PAGE);
    }

    @Test
    void beforeTheTablesAreFreedEverythingIsInvalidated() {
        table.map(0, 0, PAGE, 1, RW);
        rig.said();

        assertThat(table.free()).isEqualTo(3 * PAGE);

        assertThat(rig.said().getFirst()).isEqualTo("flush all");
        assertThat(rig.frames.inUse()).isZero();
    }
}
