package org.iommulab.backend.exynos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.exynos.Rig.RW;
import static org.iommulab.backend.exynos.SysMmuFormat.LARGE_PAGE;
import static org.iommulab.backend.exynos.SysMmuFormat.SECTION;
import static org.iommulab.backend.exynos.SysMmuFormat.SMALL_PAGE;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.exynos.Warnings.Warning;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Event;
import org.iommulab.testkit.TravelCheck;
import org.junit.jupiter.api.Test;

class ExynosPageTableTest {
    private static final int EADDRINUSE = -98;

    private final Rig rig = new Rig(3, 3);
    private final ExynosPageTable table = rig.table;

    private int map(long iova, long size) {
        return rig.mapWithoutFlush(iova, 0x6d40_0000, size, RW);
    }

    private long entry(int level, long iova) {
        return table.radix().entry(level, iova);
    }

    @Test
    void aNewTableIsFullOfLinksToTheZeroTable() {
        for (long iova = 0; iova <= 0xfff0_0000L; iova += SECTION) {
            assertThat(entry(0, iova)).isEqualTo(rig.ram | 1);
        }
        assertThat(table.tableCount()).isOne();
        assertThat(table.mappedPages()).isZero();
    }

    @Test
    void theFirstPageOfAMegabyteInstallsATableAndSaysSoBeforeItIsWritten() {
        var said = new ArrayList<Long>();
        table.map(
                0x2010_1000,
                0x6d2f_5000,
                SMALL_PAGE,
                RW,
                iova -> {
                    said.add(iova);
                    assertThat(entry(0, iova)).isNotEqualTo(rig.ram | 1);
                    assertThat(entry(1, iova)).isZero();
                },
                Warnings.IGNORED);
        table.map(0x2010_2000, 0x6d2f_6000, SMALL_PAGE, RW, said::add, Warnings.IGNORED);

        assertThat(said).containsExactly(0x2010_1000L);
        assertThat(entry(1, 0x2010_1000)).isEqualTo(0x6d2f_5012L);
        assertThat(table.iovaToPhys(0x2010_1abc)).isEqualTo(0x6d2f_5abcL);
        assertThat(table.tableCount()).isEqualTo(2);
        assertThat(table.mappedPages()).isEqualTo(2);
    }

    @Test
    void everyWayToMapOverAMappingWarnsAndIsRefused() {
        assertThat(map(0x100_0000, SECTION)).isZero();
        assertThat(map(0x200_0000, LARGE_PAGE)).isZero();
        assertThat(map(0x300_5000, SMALL_PAGE)).isZero();

        assertThat(map(0x100_0000, SECTION)).isEqualTo(EADDRINUSE);
        assertThat(map(0x100_3000, SMALL_PAGE)).isEqualTo(EADDRINUSE);
        assertThat(map(0x200_0000, SECTION)).isEqualTo(EADDRINUSE);
        assertThat(map(0x200_2000, SMALL_PAGE)).isEqualTo(EADDRINUSE);
        assertThat(map(0x300_0000, LARGE_PAGE)).isEqualTo(EADDRINUSE);

        assertThat(rig.warnings)
                .containsExactly(
                        Warning.LV1SET_SECTION,
                        Warning.ALLOC_LV2ENTRY,
                        Warning.LV1SET_SECTION,
                        Warning.LV2SET_PAGE,
                        Warning.LV2SET_PAGE);
    }

    @Test
    void aLargePageThatMeetsASmallOneTakesBackWhatItWrote() {
        map(0x300_5000, SMALL_PAGE);
        int before = rig.machine.steps();

        map(0x300_0000, LARGE_PAGE);

        List<Event> writes = rig.since(before);
        assertThat(writes).hasSize(10).allMatch(e -> e instanceof Event.TableWrite);
        assertThat(entry(1, 0x300_4000)).isZero();
        assertThat(entry(1, 0x300_5000)).isNotZero();
        assertThat(table.mappedPages()).isOne();
    }

    @Test
    void aSectionReplacesATableThatBecameEmptyAndFreesIt() {
        map(0x300_5000, SMALL_PAGE);
        rig.unmap(0x300_5000, SMALL_PAGE);
        assertThat(table.tableCount()).isEqualTo(2);
        long inUse = rig.frames.inUse();

        assertThat(map(0x300_0000, SECTION)).isZero();

        assertThat(table.tableCount()).isOne();
        assertThat(rig.frames.inUse()).isEqualTo(inUse - 1024);
        assertThat(table.iovaToPhys(0x30f_ffff)).isEqualTo(0x6d4f_ffffL);
        rig.unmap(0x300_0000, SECTION);
        assertThat(entry(0, 0x300_0000)).isEqualTo(rig.ram | 1);
    }

    @Test
    void unmapReturnsWhatTheDriverReturns() {
        map(0x100_0000, SECTION);
        map(0x200_0000, LARGE_PAGE);

        assertThat(rig.unmap(0x900_0000, SMALL_PAGE)).isEqualTo(SMALL_PAGE);
        assertThat(rig.unmap(0x900_0000, 16 << 20)).isEqualTo(SECTION);
        assertThat(rig.unmap(0x202_0000, LARGE_PAGE)).isEqualTo(SMALL_PAGE);
        assertThat(rig.warnings).isEmpty();
        assertThat(rig.unmap(0x100_0000, LARGE_PAGE)).isZero();
        assertThat(rig.unmap(0x200_0000, SMALL_PAGE)).isZero();
        assertThat(rig.warnings).containsExactly(Warning.UNMAP, Warning.UNMAP);
        assertThat(rig.unmap(0x100_0000, SECTION)).isEqualTo(SECTION);
        assertThat(rig.unmap(0x200_0000, LARGE_PAGE)).isEqualTo(LARGE_PAGE);
        assertThat(table.mappedPages()).isZero();
    }

    @Test
    void permissionsThatTheFormatDoesNotKnowAreIgnored() {
        rig.mapWithoutFlush(0x1000, 0x6d2f_5000, SMALL_PAGE, Prot.NOEXEC | Prot.CACHE);

        assertThat(entry(1, 0x1000)).isEqualTo(0x6d2f_5002L);
    }

    @Test
    void everythingButTheZeroTableIsGivenBack() {
        map(0x100_0000, SECTION);
        map(0x200_0000, LARGE_PAGE);
        map(0x300_5000, SMALL_PAGE);

        assertThat(table.free()).isEqualTo(16384 + 2 * 1024);
        assertThat(rig.frames.inUse()).isEqualTo(1024);
    }

    @Test
    void itsStateCanBeUndoneStepByStep() {
        rig.on();
        rig.map(0x300_5000, rig.page(1), SMALL_PAGE, RW);
        rig.master.read32(0x300_5000);
        rig.unmap(0x300_5000, SMALL_PAGE);
        rig.map(0x300_0000, rig.ram, SECTION, Prot.READ);
        rig.master.write32(0x300_0000, 1);
        TravelCheck.thereAndBack(
                rig.machine, () -> assertThat(table.iovaToPhys(0x300_0000)).isZero());
        assertThat(table.iovaToPhys(0x300_0000)).isEqualTo(rig.ram);
    }
}
