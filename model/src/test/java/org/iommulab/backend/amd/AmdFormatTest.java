package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries of known value. */
class AmdFormatTest {
    private static final int OTHERS = Prot.CACHE | Prot.NOEXEC | Prot.MMIO | Prot.PRIV;

    private static int prot(String allowed) {
        return switch (allowed) {
            case "R" -> Prot.READ;
            case "W" -> Prot.WRITE;
            default -> Prot.READ | Prot.WRITE;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "0x1000,       0, 1,  0x276543000,   RW, 0x7000000276543001",
        "0x1000,       0, 1,  0x276543000,   R,  0x3000000276543001",
        "0x1000,       0, 1,  0x276543000,   W,  0x5000000276543001",
        "0x2000,       0, 2,  0x276552000,   RW, 0x7000000276552E01",
        "0x8000,       0, 8,  0x276558000,   RW, 0x700000027655BE01",
        "0x10000,      0, 16, 0x276550000,   RW, 0x7000000276557E01",
        "0x100000,     0, 256,0x276500000,   R,  0x300000027657FE01",
        "0x200000,     1, 1,  0x240000000,   RW, 0x7000000240000001",
        "0x400000,     1, 2,  0x240000000,   RW, 0x70000002401FFE01",
        "0x40000000,   2, 1,  0x240000000,   RW, 0x7000000240000001",
        "0x4000000000, 2, 256,0x8000000000,  RW, 0x7000009FFFFFFE01",
        "0x1000000000000, 4, 1, 0x3000000000000, RW, 0x7003000000000001",
        "0x8000000000000, 4, 8, 0x8000000000000, RW, 0x700BFFFFFFFFFE01",
    })
    void hostPage(long bytes, int height, int copies, long output, String allowed, String entryText) {
        long entry = Long.decode(entryText);
        int prot = prot(allowed);
        var format = new AmdV1Format(6);
        int level = 5 - height;

        assertThat(AmdV1Format.page(bytes, output, prot | OTHERS)).isEqualTo(entry);
        assertThat(format.leaf(level, bytes, output, prot)).isEqualTo(entry);
        assertThat(format.pageSizes()).contains(new PageSize(bytes, level, copies));
        assertThat(format.kind(level, entry)).isEqualTo(copies == 1 ? Kind.LEAF : Kind.REPLICATED);
        assertThat(format.leafBytes(level, entry)).isEqualTo(bytes);
        assertThat(format.output(level, entry)).isEqualTo(output);
        assertThat(format.prot(level, entry)).isEqualTo(prot);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0, 0x100101000, 0x6000000100101401",
        "3, 1, 0x100102000, 0x6000000100102201",
        "4, 0, 0x100100000, 0x6000000100100601",
        "6, 0, 0x100100000, 0x6000000100100A01",
    })
    void hostTable(int mode, int level, long table, long entry) {
        var format = new AmdV1Format(mode);
        assertThat(format.table(level, table)).isEqualTo(entry);
        assertThat(format.kind(level, entry)).isEqualTo(Kind.TABLE);
        assertThat(format.tableAddress(level, entry)).isEqualTo(table);
    }

    @Test
    void whatIsNoTableOfTheNextLevelIsNothing() {
        var format = new AmdV1Format(3);
        assertThat(format.kind(0, 0x6000000100102201L)).isEqualTo(Kind.EMPTY);
        assertThat(format.kind(1, 0x6000000100102401L)).isEqualTo(Kind.EMPTY);
        assertThat(format.kind(2, 0x6000000100102201L)).isEqualTo(Kind.EMPTY);
        assertThat(format.kind(2, 0x7000000276543000L)).isEqualTo(Kind.EMPTY);
    }

    @ParameterizedTest
    @CsvSource({
        "0x1000,     0, 0x276543000, RW, 0x276543067",
        "0x1000,     0, 0x276543000, R,  0x276543065",
        "0x1000,     0, 0x276543000, W,  0x276543067",
        "0x200000,   1, 0x240000000, RW, 0x2400000E7",
        "0x200000,   1, 0x240000000, R,  0x2400000E5",
        "0x40000000, 2, 0x240000000, RW, 0x2400000E7",
    })
    void guestPage(long bytes, int height, long output, String allowed, long entry) {
        int prot = prot(allowed);
        for (int levels = 4; levels <= 5; levels++) {
            var format = new AmdV2Format(levels);
            int level = levels - 1 - height;
            assertThat(format.leaf(level, bytes, output, prot | OTHERS)).isEqualTo(entry);
            assertThat(format.pageSizes()).contains(new PageSize(bytes, level, 1));
            assertThat(format.kind(level, entry)).isEqualTo(Kind.LEAF);
            assertThat(format.leafBytes(level, entry)).isEqualTo(bytes);
            assertThat(format.output(level, entry)).isEqualTo(output);
            // Whatever is mapped can be read.
            assertThat(format.prot(level, entry)).isEqualTo(prot | Prot.READ);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void guestTable(int level) {
        var format = new AmdV2Format(4);
        assertThat(format.table(level, 0x100301000L)).isEqualTo(0x100301027L);
        assertThat(format.kind(level, 0x100301027L)).isEqualTo(Kind.TABLE);
        assertThat(format.tableAddress(level, 0x100301027L)).isEqualTo(0x100301000L);
    }

    @Test
    void noGuestPageIsBiggerThanAGigabyte() {
        assertThat(new AmdV2Format(4).kind(0, 0x2400000E7L)).isEqualTo(Kind.EMPTY);
        assertThat(new AmdV2Format(5).kind(1, 0x2400000E7L)).isEqualTo(Kind.EMPTY);
    }

    @Test
    void reach() {
        assertThat(AmdV1Format.lastAddress(3)).isEqualTo((1L << 39) - 1);
        assertThat(AmdV1Format.lastAddress(5)).isEqualTo((1L << 57) - 1);
        assertThat(AmdV1Format.lastAddress(6)).isEqualTo(-1);
    }
}
