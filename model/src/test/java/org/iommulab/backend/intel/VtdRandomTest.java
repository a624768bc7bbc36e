package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.intel.VtdRig.RW;

import java.util.Random;
import org.iommulab.backend.intel.VtdFormat.Stage;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.Translation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page tables do what an interval map does, and the unit's walk finds what the driver has mapped. */
class VtdRandomTest {
    private static final long SEED = 8086;
    private static final int OPERATIONS = 1200;

    private final VtdRig rig = new VtdRig();
    private final MappedPages model = new MappedPages();
    private final Random random = new Random(SEED);

    @ParameterizedTest
    @CsvSource({
        "SECOND, 3, 0",
        "SECOND, 3, 2",
        "SECOND, 4, 1",
        "SECOND, 4, 2",
        "SECOND, 5, 2",
        "FIRST,  4, 0",
        "FIRST,  4, 1",
        "FIRST,  4, 2",
        "FIRST,  5, 2",
    })
    void aTableAgreesWithAnIntervalMap(Stage stage, int levels, int large) {
        var table = rig.table(stage, levels, large);
        int bits = VtdFormat.shift(levels + 1);
        for (int i = 0; i < OPERATIONS; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            switch (random.nextInt(5)) {
                case 0, 1 -> map(table, large, bits, where);
                case 2, 3 -> unmap(table, bits, where);
                default -> look(table, input(1, bits), where);
            }
            if (i % 100 == 0) {
                rig.memory.raiseGeneration();
            }
        }
        assertThat(rig.asked).noneMatch(asked -> asked.startsWith("already"));
        assertThat(table.mappedBytes()).isEqualTo(model.bytes());
        model.pages().forEach((iova, page) -> {
            look(table, iova, "at the end");
            look(table, iova + page.bytes() - 1, "at the end");
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
        int border = 21 + 9 * random.nextInt((bits - 12) / 9);
        long near = random.nextLong(1L << 24) - (1L << 23) + (1L << Math.min(border, bits - 1));
        long iova = random.nextInt(4) == 0 ? random.nextLong(space) : near;
        return iova & space - 1 & -bytes;
    }

    /** Pages of one size, as the driver divides the range. */
    private void map(VtdPageTable table, int large, int bits, String where) {
        long bytes = 1L << VtdFormat.shift(1 + random.nextInt(large + 1));
        long iova = input(bytes, bits);
        int count = 1 + random.nextInt(bytes > 0x1000 ? 2 : 8);
        long length = bytes * count;
        if (iova + length > 1L << bits || !model.isFree(iova, length)) {
            return;
        }
        long pa = random.nextLong(1L << 51) & -bytes;
        assertThat(model.map(iova, pa, bytes, count, 0)).isEqualTo(length);
        assertThat(table.map(iova, pa, bytes, count, RW)).as(where).isEqualTo(length);
        look(table, iova, where);
        look(table, iova + length - 1, where);
    }

    private void unmap(VtdPageTable table, int bits, String where) {
        var near = model.atOrBefore(input(1, bits));
        if (near.isPresent()) {
            long iova = near.get().getKey();
            long bytes = near.get().getValue().bytes();
            // a caller may ask for a page of 4 KiB: it gets the whole
            assertThat(table.unmap(iova, random.nextBoolean() ? bytes : 4096, 1))
                    .as(where)
                    .isEqualTo(bytes);
            assertThat(model.unmap(iova, bytes, 1, false)).isEqualTo(bytes);
            look(table, iova, where);
        }
    }

    private void look(VtdPageTable table, long iova, String where) {
        long expected = model.translate(iova);
        assertThat(table.translate(iova)).as("%s, 0x%x", where, iova).isEqualTo(expected);
        var format = table.format();
        var found = new RadixWalker(rig.memory, format, format.levelNames()).look(table.base(), iova);
        if (expected == Translation.NOT_MAPPED) {
            assertThat(found).as("%s, 0x%x", where, iova).isNotInstanceOf(RadixWalker.Found.class);
        } else {
            assertThat(found)
                    .as("%s, 0x%x", where, iova)
                    .isInstanceOfSatisfying(
                            RadixWalker.Found.class,
                            f -> assertThat(f.page() | iova & f.bytes() - 1).isEqualTo(expected));
        }
    }
}
