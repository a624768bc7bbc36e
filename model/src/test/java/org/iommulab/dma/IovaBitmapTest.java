package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of its window a mapping of 32-bit ARM hands out; pages of 4 KiB. */
class IovaBitmapTest {
    private static final int PAGE_BITS = 0x8000;

    private static IovaBitmap of(long pages) {
        return new IovaBitmap(Machine.unrecorded(), pages);
    }

    /** A small window is rounded up to longs, a large one down to whole bitmaps. */
    @ParameterizedTest
    @CsvSource({"1, 32", "33, 64", "32767, 32768", "32768, 32768", "49152, 32768", "65536, 65536"})
    void theWindowEndsWithItsBitmaps(long pages, int handedOut) {
        IovaBitmap bitmap = of(pages);
        int count = 0;
        while (bitmap.allocate(16) >= 0) {
            count += 16;
        }
        assertThat(count).isEqualTo(handedOut);
    }

    @Test
    void aRequestThatIsLargerThanABitmapAddsOneAndFails() {
        IovaBitmap bitmap = of(3L * PAGE_BITS);
        assertThat(bitmap.allocate(PAGE_BITS + 1)).isEqualTo(-1);
        assertThat(bitmap.allocate(PAGE_BITS)).isZero();
        assertThat(bitmap.allocate(PAGE_BITS)).isEqualTo(PAGE_BITS);
        assertThat(bitmap.allocate(PAGE_BITS)).isEqualTo(2L * PAGE_BITS);
        assertThat(bitmap.allocate(1)).isEqualTo(-1);
    }
}
