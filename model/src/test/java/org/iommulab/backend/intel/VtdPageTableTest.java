package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.intel.VtdRig.RW;

import java.util.ArrayList;
import org.iommulab.backend.intel.VtdFormat.Stage;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.pagetable.Translation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the driver's own mapping and unmapping does to the tables. */
class VtdPageTableTest {
    private static final int M2 = 1 << 21;
    private static final long G1 = 1L << 30;
    private static final int EINVAL = 22;

    private final VtdRig rig = new VtdRig();

    /** The level of the page that maps an address; 0 where none does. */
    private int level(VtdPageTable table, long input) {
        var format = table.format();
        var walker = new RadixWalker(rig.memory, format, format.levelNames());
        return walker.look(table.base(), input) instanceof RadixWalker.Found found ? format.number(found.level()) : 0;
    }

    // ---- how large the pages are

    @ParameterizedTest
    @CsvSource({
        // largest level that the units have, input, output, bytes: level at the first page, and at the last
        "0, 0x200000, 0x400000, 0x200000, 1, 1",
        "1, 0x200000, 0x400000, 0x200000, 2, 2",
        "1, 0x200000, 0x401000, 0x200000, 1, 1", // the output is not aligned
        "1, 0x201000, 0x401000, 0x1ff000, 1, 1",
        "1, 0x1ff000, 0x3ff000, 0x201000, 1, 2",
        "1, 0x200000, 0x400000, 0x201000, 2, 1",
        "1, 0x40000000, 0x80000000, 0x40000000, 2, 2",
        "2, 0x40000000, 0x80000000, 0x40000000, 3, 3",
        "2, 0x40000000, 0x80000000, 0x40201000, 3, 1",
        "2, 0x3fe00000, 0x7fe00000, 0x40200000, 2, 3",
    })
    void thePagesAreAsLargeAsTheyCanBe(int large, String input, String output, String bytes, int first, int last) {
        long iova = Long.decode(input);
        long pa = Long.decode(output);
        long size = Long.decode(bytes);
        var table = rig.table(Stage.SECOND, 4, large);

        assertThat(table.map(iova, pa, 4096, size / 4096, RW)).isEqualTo(size);

        assertThat(level(table, iova)).isEqualTo(first);
        assertThat(level(table, iova + size - 1)).isEqualTo(last);
        for (long at = 0; at < size; at += 0x1ff000) {
            assertThat(table.translate(iova + at)).isEqualTo(pa + at);
        }
        assertThat(table.translate(iova + size)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.mappedBytes()).isEqualTo(size);
    }

    @Test
    void aTableOfSmallPagesThatIsEmptyGivesWayToALargePage() {
        var table = rig.table(Stage.SECOND, 3, 1);
        table.map(0, 0x1000, 4096, 1, RW);
        assertThat(table.unmap(0, 4096, 1)).isEqualTo(4096);
        assertThat(table.tableCount()).isEqualTo(3);

        assertThat(table.map(0, M2, 4096, 512, RW)).isEqualTo(M2);

        assertThat(level(table, 0)).isEqualTo(2);
        assertThat(table.tableCount()).isEqualTo(2);
        assertThat(rig.asked).containsExactly("flush 0 200000");
    }

    @Test
    void whatIsMappedAlreadyStays() {
        var table = rig.table(Stage.SECOND, 4, 2);
        table.map(0x1000, 0x5000, 4096, 1, RW);
        table.map(0x1000, 0x9000, 4096, 1, RW);
        assertThat(rig.asked).containsExactly("already 1: 5003, 9003");
        assertThat(table.translate(0x1000)).isEqualTo(0x5000);
    }

    @ParameterizedTest
    @CsvSource({"3, 0x7fffffffff, 0x8000000000", "4, 0xffffffffffff, 0x1000000000000", "5, 0x1ffffffffffffff, -1"})
    void howFarATableReaches(int levels, String last, String beyond) {
        var table = rig.table(Stage.SECOND, levels, 2);
        long page = Long.decode(last) & -4096;
        assertThat(table.reaches(Long.decode(last))).isTrue();
        assertThat(table.map(page, 0x1000, 4096, 1, RW)).isEqualTo(4096);
        assertThat(table.translate(page + 5)).isEqualTo(0x1005);
        assertThat(table.reaches(Long.decode(beyond))).isFalse();
        assertThat(table.map(Long.decode(beyond) & -4096, 0x1000, 4096, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.translate(Long.decode(beyond))).isEqualTo(Translation.NOT_MAPPED);
    }

    @Test
    void nothingIsMappedForNobody() {
        assertThat(rig.table(Stage.SECOND, 4, 2).map(0, 0, 4096, 1, 0)).isEqualTo(EINVAL);
    }

    // ---- levels at the top

    @ParameterizedTest
    @EnumSource(Stage.class)
    void topLevelsCanGo(Stage stage) {
        var table = rig.table(stage, 5, 2);
        table.map(0x1234_5000L, 0x7000, 4096, 1, RW);
        assertThat(table.tableCount()).isEqualTo(5);
        table.dropTop();
        table.dropTop();
        assertThat(table.levels()).isEqualTo(3);
        assertThat(table.tableCount()).isEqualTo(3);
        assertThat(table.translate(0x1234_5000L)).isEqualTo(0x7000);
        assertThat(rig.frames.inUse()).isEqualTo(3 * 4096);
    }

    @Test
    void anEmptyRootStandsForAllLevels() {
        var table = rig.table(Stage.SECOND, 5, 2);
        long root = table.base();
        table.dropTop();
        assertThat(table.base()).isEqualTo(root);
        assertThat(table.levels()).isEqualTo(4);
    }

    // ---- unmap

    @Test
    void anUnmapTakesTheWholeLargePage() {
        var table = rig.table(Stage.SECOND, 4, 2);
        table.map(G1, G1, 4096, G1 / 4096, RW);
        assertThat(table.unmap(G1, 4096, 1)).isEqualTo(G1);
        assertThat(table.mappedBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0x1000, 0x1000", "0x200000, 0x200000", "0x40000000, 0x40000000", "0x8000000000, 0x8000000000"})
    void aHoleIsAsLargeAsTheEntryThatIsMissing(String input, String size) {
        var table = rig.table(Stage.SECOND, 4, 0);
        table.map(0, 0x5000, 4096, 1, RW);
        assertThat(table.unmap(Long.decode(input), 4096, 1)).isEqualTo(Long.decode(size));
        assertThat(table.translate(0)).isEqualTo(0x5000);
    }

    @Test
    void tablesThatAreCoveredFallOutAndAreOnlyNamed() {
        var table = rig.table(Stage.SECOND, 4, 0);
        table.map(0, 0x10_0000, 4096, 1024, RW);
        var freed = new ArrayList<Integer>();
        long inUse = rig.frames.inUse();

        assertThat(table.unmap(0, 2L * M2, (level, at) -> freed.add(level))).isEqualTo(2L * M2);

        assertThat(freed).containsExactly(1, 1);
        assertThat(rig.frames.inUse()).isEqualTo(inUse);
        assertThat(table.tableCount()).isEqualTo(3);
    }

    @Test
    void aTableThatIsOnlyTouchedStays() {
        var table = rig.table(Stage.SECOND, 4, 0);
        table.map(0, 0x10_0000, 4096, 512, RW);
        var freed = new ArrayList<Integer>();
        table.unmap(0x1000, M2 - 0x1000, (level, at) -> freed.add(level));
        assertThat(freed).isEmpty();
        assertThat(table.translate(0)).isEqualTo(0x10_0000);
        assertThat(table.mappedBytes()).isEqualTo(4096);
    }

    @Test
    void lastOfUnmapSeesTheLargePage() {
        var table = rig.table(Stage.SECOND, 4, 1);
        table.map(M2, 0, 4096, 512, RW);
        assertThat(table.lastOfUnmap(M2, 4096)).isEqualTo(2 * M2 - 1);
        assertThat(table.lastOfUnmap(M2, 3L * M2)).isEqualTo(4L * M2 - 1);
    }

    // ---- the whole

    @Test
    void identityTakesAwayWhatWasThere() {
        var table = rig.table(Stage.SECOND, 4, 2);
        table.map(0x20_0000, 0x7000, 4096, 3, RW);
        assertThat(table.identityMap(0, G1 - 1)).isZero();
        assertThat(rig.asked).noneMatch(asked -> asked.startsWith("already"));
        assertThat(level(table, 0x20_1000)).isEqualTo(3);
        assertThat(table.translate(0x20_1000)).isEqualTo(0x20_1000);
        assertThat(table.free()).isEqualTo(2 * 4096);
        assertThat(rig.frames.inUse()).isZero();
    }
}
