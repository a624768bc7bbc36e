package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.iommulab.backend.intel.VtdFormat.Stage;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of known value. */
class VtdFormatTest {
    private static int prot(String allowed) {
        return switch (allowed) {
            case "R" -> Prot.READ;
            case "W" -> Prot.WRITE;
            default -> Prot.READ | Prot.WRITE;
        };
    }

    // what may be written may be read, too
    @ParameterizedTest
    @CsvSource({
        "SECOND, 1, 0x276543000, RW, 0x276543003",
        "SECOND, 1, 0x276543000, R,  0x276543001",
        "SECOND, 1, 0x276543000, W,  0x276543003",
        "SECOND, 2, 0x240000000, RW, 0x240000083",
        "SECOND, 3, 0x240000000, R,  0x240000081",
        "FIRST,  1, 0x276543000, RW, 0x276543067",
        "FIRST,  1, 0x276543000, R,  0x276543025",
        "FIRST,  1, 0x276543000, W,  0x276543067",
        "FIRST,  2, 0x240000000, RW, 0x2400000e7",
        "FIRST,  3, 0x240000000, R,  0x2400000a5",
    })
    void page(Stage stage, int number, long output, String allowed, long entry) {
        long bytes = 1L << VtdFormat.shift(number);
        int prot = prot(allowed);
        for (int levels = 3; levels <= 5; levels++) {
            var format = new VtdFormat(stage, levels);
            int level = levels - number;
            assertThat(format.leaf(level, bytes, output, prot)).isEqualTo(entry);
            assertThat(format.pageSizes()).contains(new PageSize(bytes, level, 1));
            assertThat(format.kind(level, entry)).isEqualTo(Kind.LEAF);
            assertThat(format.leafBytes(level, entry)).isEqualTo(bytes);
            assertThat(format.output(level, entry)).isEqualTo(output);
            assertThat(format.prot(level, entry)).isEqualTo(prot | Prot.READ);
        }
    }

    @ParameterizedTest
    @CsvSource({"SECOND, 0x100501003", "FIRST, 0x100501027"})
    void table(Stage stage, long entry) {
        for (int levels = 2; levels <= 5; levels++) {
            var format = new VtdFormat(stage, levels);
            for (int level = 0; level < levels - 1; level++) {
                assertThat(format.table(level, 0x1_0050_1000L)).isEqualTo(entry);
                assertThat(format.kind(level, entry)).isEqualTo(Kind.TABLE);
                assertThat(format.tableAddress(level, entry)).isEqualTo(0x1_0050_1000L);
            }
            assertThat(format.kind(levels - 1, entry)).isEqualTo(Kind.LEAF);
        }
    }

    @Test
    void absence() {
        // the second level has no present bit, but what only may be written is there
        assertThat(new VtdFormat(Stage.SECOND, 4).kind(3, 0x2_7654_3000L)).isEqualTo(Kind.EMPTY);
        assertThat(new VtdFormat(Stage.SECOND, 4).kind(3, 0x2_7654_3002L)).isEqualTo(Kind.LEAF);
        assertThat(new VtdFormat(Stage.FIRST, 4).kind(3, 0x2_7654_3002L)).isEqualTo(Kind.EMPTY);
    }

    @Test
    void noPageIsBiggerThanAGigabyte() {
        for (Stage stage : Stage.values()) {
            assertThat(new VtdFormat(stage, 4).kind(0, 0x2_4000_00e7L)).isEqualTo(Kind.TABLE);
            assertThat(new VtdFormat(stage, 5).kind(1, 0x2_4000_00e7L)).isEqualTo(Kind.TABLE);
        }
    }

    @Test
    void thereAreThreeToFiveLevels() {
        assertThatThrownBy(() -> new VtdFormat(Stage.SECOND, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VtdFormat(Stage.SECOND, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new VtdFormat(Stage.SECOND, 3).levelNames()).isEqualTo(List.of("level 3", "level 2", "level 1"));
    }

    /** The fact sheet's tables: 0x1_2345_6000 at 0x2_7654_3000, four levels. */
    @ParameterizedTest
    @CsvSource({
        "SECOND, 0,                 RW, 003, 0x276543003",
        "SECOND, 0,                 R,  003, 0x276543001",
        "SECOND, 0x800,             RW, 003, 0x276543803",
        "FIRST,  0x8000000000000000,RW, 027, 0x8000000276543067",
        "FIRST,  0x8000000000000000,R,  027, 0x8000000276543025",
        "FIRST,  0,                 RW, 027, 0x276543067",
    })
    void workedExample(Stage stage, String moreText, String allowed, String tableBits, String leafText) {
        long more = Long.parseUnsignedLong(moreText.replace("0x", ""), 16);
        long leaf = Long.parseUnsignedLong(leafText.replace("0x", ""), 16);
        long table = Long.parseLong(tableBits, 16) | more & VtdFormat.EXECUTE_DISABLE;
        var rig = new VtdRig();
        var pages = rig.table(stage, 4, 2, more);
        long l4 = pages.base();

        assertThat(pages.map(0x1_2345_6000L, 0x2_7654_3000L, 4096, 1, prot(allowed)))
                .isEqualTo(4096);

        assertThat(rig.entry(l4, 0)).isEqualTo(l4 + 0x1000 | table);
        assertThat(rig.entry(l4 + 0x1000, 4)).isEqualTo(l4 + 0x2000 | table);
        assertThat(rig.entry(l4 + 0x2000, 0x11a)).isEqualTo(l4 + 0x3000 | table);
        assertThat(rig.entry(l4 + 0x3000, 0x56)).isEqualTo(leaf);
    }
}
