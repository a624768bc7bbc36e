package org.iommulab.backend.armsmmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How a range is said to the unit. */
class SmmuV3RangesTest {
    private static final long SIZES = 1L << 12 | 1L << 21 | 1L << 30;
    private static final long IOVA = 0x4000_0000L;

    private static long bytes(SmmuV3Command.Pages pages) {
        return (pages.count() + 1L) << pages.scale() + 12;
    }

    /** One command after the other, without gap or overlap, over exactly the range. */
    @Test
    void rangesCoverWhatTheyShould() {
        new Random(31).ints(2000, 1, 1 << 20).forEach(SmmuV3RangesTest::covers);
    }

    private static void covers(int pages) {
        List<SmmuV3Command.Pages> said = SmmuV3Ranges.of(IOVA, (long) pages << 12, 4096, true, SIZES, true);
        long at = IOVA;
        for (SmmuV3Command.Pages part : said) {
            assertThat(part.address()).isEqualTo(at);
            assertThat(part.count()).isBetween(0, 31);
            assertThat(part.scale()).isBetween(0, 31);
            at += bytes(part);
        }
        assertThat(at).as("%d pages", pages).isEqualTo(IOVA + ((long) pages << 12));
        assertThat(said.size()).isLessThanOrEqualTo(5);
    }

    @Test
    void theLevelIsSaidWhereOnlyLeavesWent() {
        assertThat(SmmuV3Ranges.of(IOVA, 1 << 21, 1 << 21, true, SIZES, true))
                .containsExactly(new SmmuV3Command.Pages(IOVA, 0, 9, 1, 2, true));
        assertThat(SmmuV3Ranges.of(IOVA, 4096, 4096, true, SIZES, true))
                .containsExactly(new SmmuV3Command.Pages(IOVA, 0, 0, 1, 3, true));
    }

    /** What would be one page at level "any" is made two, so that it is a range. */
    @Test
    void aTableOfOnePageIsSaidAsTwo() {
        assertThat(SmmuV3Ranges.of(IOVA, 4096, 4096, false, SIZES, true))
                .containsExactly(new SmmuV3Command.Pages(IOVA, 0, 1, 1, 0, false));
    }

    @Test
    void withoutRangesEachPageIsSaid() {
        assertThat(SmmuV3Ranges.of(IOVA, 3 << 12, 4096, true, SIZES, false))
                .containsExactly(
                        new SmmuV3Command.Pages(IOVA, 0, 0, 0, 0, true),
                        new SmmuV3Command.Pages(IOVA + 0x1000, 0, 0, 0, 0, true),
                        new SmmuV3Command.Pages(IOVA + 0x2000, 0, 0, 0, 0, true));
    }
}
