package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.amd.AmdRig.RW;

import java.util.stream.IntStream;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.Translation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmdPageTableTest {
    private static final long NONE = Translation.NOT_MAPPED;
    private static final int EINVAL = 22;
    private static final int ENOMEM = 12;
    private static final long TABLE = 4096;

    private final AmdRig rig = new AmdRig();

    static IntStream modes() {
        return IntStream.rangeClosed(1, 6);
    }

    private static void mapsAndUnmaps(Translation table, PageSize size, long iova, long pa) {
        long last = size.bytes() - 1;
        assertThat(table.map(iova, pa, size.bytes(), 1, RW)).isEqualTo(size.bytes());
        assertThat(table.translate(iova)).isEqualTo(pa);
        assertThat(table.translate(iova + last)).isEqualTo(pa + last);
        assertThat(table.translate(iova + size.bytes())).isEqualTo(NONE);
        assertThat(table.translate(iova - 1)).isEqualTo(NONE);
        assertThat(table.unmap(iova, size.bytes(), 1)).isEqualTo(size.bytes());
        assertThat(table.translate(iova)).isEqualTo(NONE);
        assertThat(table.translate(iova + last)).isEqualTo(NONE);
    }

    // ---- v1

    @Test
    void theTablesOfAPageAreThoseOfTheSheet() {
        var table = rig.host(3);
        table.map(0x1_2345_6000L, 0x2_7654_3000L, 4096, 1, RW);

        long root = table.base();
        assertThat(rig.entry(root, 4)).isEqualTo(0x6000_0000_0000_0401L | root + TABLE);
        assertThat(rig.entry(root + TABLE, 0x11a)).isEqualTo(0x6000_0000_0000_0201L | root + 2 * TABLE);
        assertThat(rig.entry(root + 2 * TABLE, 0x56)).isEqualTo(0x7000_0002_7654_3001L);
        assertThat(table.tableCount()).isEqualTo(3);
        assertThat(rig.asked).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void everySizeAtEveryBorderOfAHostTable(int mode) {
        var table = rig.host(mode);
        for (PageSize size : new AmdV1Format(mode).pageSizes()) {
            long pa = size.bytes() & (1L << 52) - 1;
            long span = 1L << AmdV1Format.shift(mode);
            mapsAndUnmaps(table, size, 0, pa);
            if (mode < 6) {
                mapsAndUnmaps(table, size, span - size.bytes(), 0);
                mapsAndUnmaps(table, size, span / 2 & -size.bytes(), pa);
            }
            assertThat(table.mappedBytes()).isZero();
        }
        assertThat(table.mode()).isEqualTo(mode);
        table.free();
        assertThat(rig.frames.inUse()).isZero();
    }

    @Test
    void growsOneLevelAtATimeAndTheOldRootBecomesTheFirstEntry() {
        var table = rig.host(3);
        table.map(0x1000, 0x5000, 4096, 1, RW);
        long oldRoot = table.base();

        assertThat(table.map(1L << 39, 0x6000, 4096, 1, RW)).isEqualTo(4096);

        assertThat(table.mode()).isEqualTo(4);
        assertThat(rig.asked).containsExactly("device table", "wait");
        assertThat(rig.entry(table.base(), 0)).isEqualTo(0x6000_0000_0000_0601L | oldRoot);
        assertThat(table.translate(0x1abc)).isEqualTo(0x5abc);
        assertThat(table.translate(1L << 39)).isEqualTo(0x6000);
        assertThat(table.map(-4096, 0x7000, 4096, 1, RW)).isEqualTo(4096);
        assertThat(table.mode()).isEqualTo(6);
        assertThat(rig.asked).hasSize(6);
        assertThat(table.translate(-1)).isEqualTo(0x7fff);
        assertThat(table.translate(0x1abc)).isEqualTo(0x5abc);
        table.free();
        assertThat(rig.frames.inUse()).isZero();
    }

    @Test
    void onlyTheStartOfAPageMakesTheTreeGrow() {
        var table = rig.host(3);

        assertThat(table.map(0, 1L << 40, 1L << 40, 1, RW)).isEqualTo(1L << 40);

        assertThat(table.mode()).isEqualTo(3);
        assertThat(rig.entry(table.base(), 1)).isEqualTo(rig.entry(table.base(), 0));
        assertThat(rig.entry(table.base(), 2)).isZero();
    }

    @Test
    void aSmallPageInABiggerOneDropsTheWholeBiggerOne() {
        var table = rig.host(3);
        table.map(0x4000_0000L, 0x2_4000_0000L, 0x200000, 1, RW);
        assertThat(table.map(0x4000_5000L, 0x9000, 4096, 1, RW)).isEqualTo(4096);
        assertThat(rig.asked).containsExactly("all", "wait");
        assertThat(table.translate(0x4000_4000L)).isEqualTo(NONE);
        assertThat(table.translate(0x4000_5000L)).isEqualTo(0x9000);

        rig.asked.clear();
        table.map(0x8000_0000L, 0x2_4000_0000L, 0x400000, 1, RW);
        assertThat(table.map(0x8000_5000L, 0x9000, 4096, 1, RW)).isEqualTo(4096);
        assertThat(rig.asked).containsExactly("all", "wait");
        assertThat(table.translate(0x8020_0000L)).isEqualTo(NONE);
    }

    @Test
    void aSmallPageInALevelSevenPageOfItsTableTakesItsEntriesOnly() {
        var table = rig.host(3);
        table.map(0x10000, 0x2_7655_0000L, 0x10000, 1, RW);
        assertThat(table.map(0x15000, 0x9000, 4096, 1, RW)).isEqualTo(4096);

        assertThat(rig.asked).isEmpty();
        assertThat(table.translate(0x14000)).isEqualTo(0x2_7655_4000L);
        assertThat(table.translate(0x15000)).isEqualTo(0x9000);
        assertThat(table.unmap(0x16000, 4096, 1)).isEqualTo(0x10000);
        assertThat(table.translate(0x15000)).isEqualTo(NONE);
    }

    @Test
    void aBigPageOverTablesFreesThemAfterTheFlush() {
        var table = rig.host(4);
        table.map(0x4000_0000L, 0x5000, 4096, 1, RW);
        table.map(0x4020_0000L, 0x6000, 4096, 1, RW);
        long inUse = rig.frames.inUse();
        assertThat(table.map(0x4000_0000L, 0x8000_0000L, 0x4000_0000L, 1, RW)).isEqualTo(0x4000_0000L);

        assertThat(rig.asked).containsExactly("all", "wait");
        assertThat(rig.frames.inUse()).isEqualTo(inUse - 3 * TABLE);
        assertThat(table.translate(0x4000_0abcL)).isEqualTo(0x8000_0abcL);
        table.free();
        assertThat(rig.frames.inUse()).isZero();
    }

    @Test
    void unmapTakesWholePagesAndCountsHolesInLastTables() {
        var table = rig.host(3);
        table.map(0x4000_0000L, 0x2_4000_0000L, 0x200000, 1, RW);
        assertThat(table.unmap(0x4000_1000L, 4096, 1)).isEqualTo(0x200000);
        table.map(0x1000, 0x5000, 4096, 1, RW);
        assertThat(table.unmap(0x0, 4096, 512)).isEqualTo(0x200000);
        assertThat(table.unmap(0x0, 4096, 1024)).isEqualTo(0x200000);
        assertThat(table.unmap(0x20_0000, 4096, 1)).isZero();
        assertThat(table.unmap(1L << 39, 4096, 1)).isZero();
        assertThat(table.translate(1L << 39)).isEqualTo(NONE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x800, 0x3000, 0x1_0000})
    void misuseIsRefused(long bytes) {
        var table = rig.host(3);
        assertThat(table.map(0x1000, 0x5000, bytes, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.map(0x1000, 0x5000, 4096, 1, Prot.CACHE)).isEqualTo(EINVAL);
    }

    @Test
    void skippedLevelsAreNotWalked() {
        var table = rig.host(3);
        rig.memory.write64(table.base(), AmdV1Format.pointer(1, AmdRig.RAM + 0x10_0000));
        assertThat(table.translate(0)).isEqualTo(NONE);
        assertThat(table.unmap(0, 4096, 1)).isZero();
        assertThat(table.map(0, 0, 4096, 1, RW)).isEqualTo(ENOMEM);
        rig.memory.write64(table.base(), AmdV1Format.pointer(2, 0x7_0000_0000L));
        assertThat(table.translate(0)).isEqualTo(NONE);
        assertThat(table.map(0, 0, 4096, 1, RW)).isEqualTo(ENOMEM);
    }

    // ---- v2

    @Test
    void theGuestTablesOfAPageAreX86s() {
        var table = rig.guest();
        table.map(0x1_2345_6000L, 0x2_7654_3000L, 4096, 1, Prot.READ);

        long root = table.base();
        assertThat(rig.entry(root, 0)).isEqualTo(root + TABLE | 0x27);
        assertThat(rig.entry(root + TABLE, 4)).isEqualTo(root + 2 * TABLE | 0x27);
        assertThat(rig.entry(root + 3 * TABLE, 0x56)).isEqualTo(0x2_7654_3065L);
        assertThat(rig.asked).isEmpty();
    }

    @Test
    void everySizeAtEveryBorderOfAGuestTable() {
        var table = rig.guest();
        for (PageSize size : table.format().pageSizes()) {
            mapsAndUnmaps(table, size, 0, size.bytes());
            mapsAndUnmaps(table, size, 1L << 47, (1L << 52) - size.bytes());
            mapsAndUnmaps(table, size, 1L << 39, 0);
            assertThat(table.mappedBytes()).isZero();
        }
        table.free();
        assertThat(rig.frames.inUse()).isZero();
    }

    @Test
    void guestPagesReplaceWhatIsThere() {
        var table = rig.guest();
        table.map(0x1000, 0x5000, 4096, 1, RW);
        table.map(0x1000, 0x6000, 4096, 1, RW);
        table.map(0x0, 0x5000, 4096, 4, RW);
        table.map(0x0, 0x20_0000, 0x20_0000, 1, RW);
        table.map(0x3000, 0x9000, 4096, 1, RW);

        assertThat(rig.asked).containsExactly("0x1000 of 0", "all of 0", "0x0 of 0", "0x3000 of 0");
        assertThat(table.translate(0x3000)).isEqualTo(0x9000);
        assertThat(table.translate(0x2000)).isEqualTo(NONE);
        table.map(0x0, 0x4000_0000L, 0x4000_0000L, 1, RW);
        assertThat(table.translate(0x3000)).isEqualTo(0x4000_3000L);
        assertThat(table.tableCount()).isEqualTo(2);
        // The kernel would free the page's own memory as if it were a table.
        assertThat(table.map(0x0, 0x8000_0000L, 0x4000_0000L, 1, RW)).isEqualTo(0x4000_0000L);
        assertThat(table.translate(0x3000)).isEqualTo(0x8000_3000L);
        table.free();
        assertThat(rig.frames.inUse()).isZero();
    }

    @Test
    void guestMisuseIsRefused() {
        var table = rig.guest();
        assertThat(table.map(0, 0, 0x2000, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.map(0, 0, 4096, 0, RW)).isEqualTo(EINVAL);
        assertThat(table.map(0, 0, 4096, 1, Prot.NOEXEC)).isEqualTo(EINVAL);
        assertThat(table.unmap(0, 0x2000, 1)).isZero();
        assertThat(table.unmap(0, 4096, 1)).isZero();
    }
}
