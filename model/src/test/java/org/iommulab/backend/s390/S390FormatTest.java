package org.iommulab.backend.s390;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.iommulab.hardware.BitField;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worked example of the fact sheet, and what the bits mean one by one. */
class S390FormatTest {
    private static final S390Format FORMAT = S390Format.REGION_THIRD;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final long SEED = 390;

    @Test
    void theAnchorOfTheWorkedExample() {
        assertThat(S390Layout.regionThird(0x3_0000_4000L)).isEqualTo(0x0000_0003_0000_4804L);
    }

    @ParameterizedTest
    @CsvSource({
        // level, input address, table, address of its entry
        "0, 0x123456000, 0x300004000, 0x300004010",
        "1, 0x123456000, 0x300008000, 0x3000091A0",
        "2, 0x123456000, 0x300010800, 0x300010AB0",
        "0, 0x3FFFFFFFFFF, 0x300004000, 0x300007FF8",
    })
    void index(int level, long input, long table, long address) {
        int index = Level.of(FORMAT)[level].index(input);
        assertThat(table + 8L * index).isEqualTo(address);
    }

    @Test
    void theEntriesOfTheWorkedExample() {
        assertThat(FORMAT.table(0, 0x3_0000_8000L)).isEqualTo(0x0000_0003_0000_8007L);
        assertThat(FORMAT.tableAddress(0, 0x0000_0003_0000_8007L)).isEqualTo(0x3_0000_8000L);
        assertThat(FORMAT.table(1, 0x3_0001_0800L)).isEqualTo(0x0000_0003_0001_0800L);
        assertThat(FORMAT.tableAddress(1, 0x0000_0003_0001_0800L)).isEqualTo(0x3_0001_0800L);
        assertThat(FORMAT.leaf(2, 4096, 0x2_7654_3000L, RW)).isEqualTo(0x0000_0002_7654_3000L);
        assertThat(FORMAT.leaf(2, 4096, 0x2_7654_3000L, Prot.READ)).isEqualTo(0x0000_0002_7654_3200L);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x20,        EMPTY",
        "0, 0x300008007, TABLE",
        "0, 0x300008027, EMPTY",
        // Another type than region third, and an entry of zeros, which is a segment entry.
        "0, 0x300008003, EMPTY",
        "0, 0x0,         EMPTY",
        "1, 0x20,        EMPTY",
        "1, 0x0,         TABLE",
        "1, 0x300010800, TABLE",
        "1, 0x300010804, EMPTY",
        "2, 0x400,       EMPTY",
        "2, 0x0,         LEAF",
        "2, 0x20,        LEAF",
        "2, 0x276543200, LEAF",
        "2, 0x276543600, EMPTY",
    })
    void kind(int level, long entry, Kind kind) {
        assertThat(FORMAT.kind(level, entry)).isEqualTo(kind);
    }

    @Test
    void protectionCountsAtEachLevel() {
        assertThat(FORMAT.prot(2, 0x2_7654_3200L)).isEqualTo(Prot.READ);
        assertThat(FORMAT.prot(2, 0x2_7654_3000L)).isEqualTo(RW);
        assertThat(FORMAT.tableProt(0, 0x3_0000_8207L)).isEqualTo(Prot.READ);
        assertThat(FORMAT.tableProt(1, 0x3_0001_0800L)).isEqualTo(RW);
    }

    @Test
    void levelsAnswerAsTheFormatDoes() {
        var random = new Random(SEED);
        Level[] levels = Level.of(FORMAT);
        for (int i = 0; i < 10_000; i++) {
            long entry = random.nextLong();
            for (int level = 0; level < levels.length; level++) {
                assertThat(levels[level].kind(entry)).as("seed %d", SEED).isEqualTo(FORMAT.kind(level, entry));
            }
            assertThat(levels[0].table(entry)).isEqualTo(FORMAT.table(0, entry));
            assertThat(levels[1].tableAddress(entry)).isEqualTo(FORMAT.tableAddress(1, entry));
            assertThat(levels[2].leaf(entry & -4096, i & 63)).isEqualTo(FORMAT.leaf(2, 4096, entry & -4096, i & 63));
            assertThat(levels[2].output(entry)).isEqualTo(FORMAT.output(2, entry));
        }
    }

    @Test
    void fieldsCoverAnyEntry() {
        var random = new Random(SEED);
        var words = new S390Entries();
        for (int i = 0; i < 1_000; i++) {
            long entry = random.nextLong();
            for (int level = 0; level < FORMAT.levels(); level++) {
                int next = 63;
                long together = 0;
                for (BitField field : words.fields(level, entry)) {
                    assertThat(field.high()).isEqualTo(next);
                    next = field.low() - 1;
                    together |= field.value() << field.low();
                }
                assertThat(next).isEqualTo(-1);
                assertThat(together).as("seed %d", SEED).isEqualTo(entry);
                assertThat(words.sentence(level, entry)).endsWith(".");
            }
        }
    }
}
