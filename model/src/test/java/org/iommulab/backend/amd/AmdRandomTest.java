package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.amd.AmdRig.RW;

import java.util.List;
import java.util.Random;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Translation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page tables do what an interval map does, as long as they are used as the core uses them. */
class AmdRandomTest {
    private static final long SEED = 1022;
    private static final int OPERATIONS = 1000;

    private final AmdRig rig = new AmdRig();
    private final MappedPages model = new MappedPages();
    private final Random random = new Random(SEED);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aHostTableAgreesWithAnIntervalMap(int mode) {
        run(rig.host(mode), new AmdV1Format(mode).pageSizes(), Math.min(62, AmdV1Format.shift(mode)));
    }

    @ParameterizedTest
    @ValueSource(ints = {48, 57, 62})
    void aHostTableThatGrowsAgreesWithAnIntervalMap(int bits) {
        run(rig.host(3), new AmdV1Format(3).pageSizes(), bits);
    }

    @Test
    void aGuestTableAgreesWithAnIntervalMap() {
        var table = rig.guest();
        run(table, table.format().pageSizes(), 48);
    }

    /** A call for many pages is as many calls for one: over the end of a table, and over pages that are there. */
    @Test
    void aRunOfPagesIsThatManyPages() {
        var one = rig.guest();
        var many = rig.guest();
        for (int i = 0; i < 200; i++) {
            long iova = 0x7000_0000L + random.nextInt(1500) * 4096L;
            long pa = random.nextLong(1L << 51) & -4096;
            int count = 1 + random.nextInt(700);
            boolean over = false;
            for (int page = 0; page < count; page++) {
                over |= one.translate(iova + 4096L * page) != Translation.NOT_MAPPED;
            }
            rig.asked.clear();
            assertThat(many.map(iova, pa, 4096, count, RW)).isEqualTo(4096L * count);
            assertThat(rig.asked.isEmpty()).isEqualTo(!over);
            for (int page = 0; page < count; page++) {
                one.map(iova + 4096L * page, pa + 4096L * page, 4096, 1, RW);
            }
            if (i % 3 == 0) {
                long hole = iova + 4096L * random.nextInt(count);
                int pages = 1 + random.nextInt(1000);
                assertThat(many.unmap(hole, 4096, pages)).isEqualTo(one.unmap(hole, 4096, pages));
            }
            for (long at = 0x7000_0000L; at < 0x7000_0000L + 2300 * 4096L; at += 4096) {
                assertThat(many.translate(at)).as("0x%x", at).isEqualTo(one.translate(at));
            }
        }
        assertThat(many.mappedBytes()).isEqualTo(one.mappedBytes());
        assertThat(many.map(0x1000, (1L << 52) - 8192, 4096, 8, RW)).isEqualTo(8 * 4096);
        assertThat(many.reachable().stream().flatMap(each -> each.entries().stream()))
                .as("an address of 53 bits loses the highest")
                .allMatch(entry -> (entry & 0x7ff0_0000_0000_0000L) == 0);
    }

    private void run(Translation table, List<PageSize> sizes, int bits) {
        for (int i = 0; i < OPERATIONS; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            PageSize size = sizes.get(random.nextInt(sizes.size()));
            long iova = input(size.bytes(), bits);
            switch (random.nextInt(5)) {
                case 0, 1 -> map(table, size.bytes(), iova, bits, where);
                case 2, 3 -> unmap(table, where, bits);
                default -> look(table, iova, where);
            }
            if (i % 100 == 0) {
                rig.memory.raiseGeneration();
            }
        }
        model.pages().forEach((iova, page) -> {
            assertThat(table.translate(iova)).isEqualTo(page.pa());
            assertThat(table.translate(iova + page.bytes() - 1)).isEqualTo(page.pa() + page.bytes() - 1);
            assertThat(table.unmap(iova, page.bytes(), 1)).isEqualTo(page.bytes());
            assertThat(table.translate(iova)).isEqualTo(Translation.NOT_MAPPED);
        });
        long inUse = rig.frames.inUse();
        assertThat(table.free()).isEqualTo(inUse);
        assertThat(rig.frames.inUse()).isZero();
    }

    /** Often near the borders of tables. */
    private long input(long bytes, int bits) {
        long space = 1L << bits;
        int border = 21 + 9 * random.nextInt(Math.max(1, (bits - 12) / 9));
        long near = random.nextLong(1L << 24) - (1L << 23) + (1L << Math.min(border, bits - 1));
        long iova = random.nextInt(4) == 0 ? random.nextLong(space) : near;
        return iova & space - 1 & -bytes;
    }

    /** Where pages of the same size stand; big pages that would take tables with them are another test's business. */
    private void map(Translation table, long bytes, long iova, int bits, String where) {
        int count = 1 + random.nextInt(bytes > 0x20_0000 ? 2 : 8);
        long length = bytes * count;
        if (length <= 0 || iova + length > 1L << bits || !model.isFree(iova, length)) {
            return;
        }
        long pa = random.nextLong(1L << 51) & -bytes;
        assertThat(model.map(iova, pa, bytes, count, 0)).isEqualTo(length);
        assertThat(table.map(iova, pa, bytes, count, RW)).as(where).isEqualTo(length);
        look(table, iova, where);
        look(table, iova + length - 1, where);
    }

    private void unmap(Translation table, String where, int bits) {
        var near = model.atOrBefore(input(1, bits));
        if (near.isPresent()) {
            long iova = near.get().getKey();
            long bytes = near.get().getValue().bytes();
            assertThat(table.unmap(iova, bytes, 1)).as(where).isEqualTo(bytes);
            assertThat(model.unmap(iova, bytes, 1, false)).isEqualTo(bytes);
            look(table, iova, where);
        }
    }

    private void look(Translation table, long iova, String where) {
        assertThat(table.translate(iova)).as("%s, 0x%x", where, iova).isEqualTo(model.translate(iova));
    }
}
