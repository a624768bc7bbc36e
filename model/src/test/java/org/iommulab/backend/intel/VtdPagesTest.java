package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A range is invalidated as one block of a power of two. */
class VtdPagesTest {
    @ParameterizedTest
    @CsvSource({
        "0x123456000, 1, 0",
        "0x123456000, 2, 1",
        "0x123457000, 2, 4", // 7 and 8 share no block of two, four or eight
        "0x123456000, 3, 4",
        "0x123454000, 3, 2",
        "0x123400000, 512, 9",
        "0x1234ff000, 2, 9",
        "0x0, 5, 3",
    })
    void block(String address, long pages, int mask) {
        var block = VtdPages.of(Long.decode(address), pages);
        assertThat(block.address()).isEqualTo(Long.decode(address));
        assertThat(block.mask()).isEqualTo(mask);
    }

    @Test
    void noPageIsLeftOut() {
        var random = new Random(41);
        for (int i = 0; i < 20_000; i++) {
            long address = random.nextLong(1L << 1 + random.nextInt(47)) & -4096;
            long pages = 1 + random.nextLong(1L << random.nextInt(20));
            var block = VtdPages.of(address, pages);
            long first = block.aligned();
            assertThat(first).as("%x, %d", address, pages).isLessThanOrEqualTo(address);
            assertThat(first + (1L << 12 + block.mask())).isGreaterThanOrEqualTo(address + pages * 4096);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x1000, 4096, 1", "0x1800, 4096, 2", "0x1fff, 1, 1", "0x1fff, 2, 2", "0x0, 8193, 3"})
    void pagesTouched(String address, long bytes, long pages) {
        assertThat(VtdPages.count(Long.decode(address), bytes)).isEqualTo(pages);
    }
}
