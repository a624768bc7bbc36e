package org.iommulab.backend.rockchip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.testkit.TableProbe;
import org.iommulab.testkit.VectorWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RockchipFormatTest {
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EADDRINUSE = 98;
    private static final long PAGE = RockchipFormat.PAGE;

    private final TableProbe probe = new TableProbe();
    private final List<String> zaps = new ArrayList<>();

    private RockchipPageTable table(RockchipFormat format) {
        ZapLines zap = (iova, bytes) -> zaps.add(Long.toHexString(iova) + "+" + Long.toHexString(bytes));
        return new RockchipPageTable(probe.memory, probe.frames, format, zap, TableListener.NONE);
    }

    /** IOVA 0xFFF85123 on a 32-bit board and on a 40-bit one. */
    @ParameterizedTest
    @CsvSource({
        "V1, 0x2E5C1000, 0x2E5C1001, 0x2E7D3000, 0x2E7D3001, 0x3A4B6000, 0x3A4B6007, 0x3A4B6003, 0x3A4B6005",
        "V2, 0x12E5C1000, 0x2E5C1101, 0x22E7D3000, 0x2E7D3201, 0xA53A4B6000, 0x3A4B65A7, 0x3A4B65A3, 0x3A4B65A5",
    })
    void workedExample(
            RockchipFormat format,
            long directory,
            long register,
            long table,
            long dte,
            long page,
            long rw,
            long read,
            long write) {
        assertThat(format.table(0, directory)).isEqualTo(register);
        assertThat(format.table(0, table)).isEqualTo(dte);
        assertThat(format.tableAddress(0, dte)).isEqualTo(table);
        assertThat(format.kind(0, dte)).isEqualTo(Kind.TABLE);
        assertThat(format.leaf(1, PAGE, page, RW)).isEqualTo(rw);
        assertThat(format.leaf(1, PAGE, page, Prot.READ | Prot.CACHE)).isEqualTo(read);
        assertThat(format.leaf(1, PAGE, page, Prot.WRITE | Prot.MMIO)).isEqualTo(write);
        assertThat(format.leaf(1, PAGE, page, 0)).isEqualTo(rw & ~6L);
        assertThat(format.output(1, rw)).isEqualTo(page);
        assertThat(format.prot(1, read)).isEqualTo(Prot.READ);
        assertThat(format.kind(1, rw)).isEqualTo(Kind.LEAF);
        assertThat(format.kind(1, rw & ~1L)).isEqualTo(Kind.EMPTY);
    }

    @ParameterizedTest
    @EnumSource
    void anUnmappedEntryKeepsAllButItsValidBit(RockchipFormat format) {
        var table = table(format);
        assertThat(table.mapOne(0xfff8_5000L, 0x3a4b_6000L, PAGE, RW)).isZero();
        assertThat(table.unmapOne(0xfff8_5000L, PAGE)).isEqualTo(PAGE);

        assertThat(table.radix().entry(1, 0xfff8_5000L)).isEqualTo(0x3a4b_6006L);
        assertThat(table.translate(0xfff8_5123L)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.mapOne(0xfff8_5000L, 0x1000, PAGE, Prot.READ)).isZero();
        assertThat(table.translate(0xfff8_5123L)).isEqualTo(0x1123);
    }

    @Test
    void aPageInTheWayTakesBackThePagesBeforeIt() {
        var table = table(RockchipFormat.V1);
        table.mapOne(0x40_3000, 0x3a4b_6000L, PAGE, RW);
        zaps.clear();

        assertThat(table.mapOne(0x40_0000, 0x7000_0000L, 0x10000, RW)).isEqualTo(-EADDRINUSE);

        assertThat(zaps).isEmpty();
        assertThat(table.radix().entry(1, 0x40_2000)).isEqualTo(0x7000_2006L);
        assertThat(table.radix().entry(1, 0x40_4000)).isZero();
        assertThat(table.translate(0x40_3000)).isEqualTo(0x3a4b_6000L);
    }

    @Test
    void aMappingZapsItsEndsAndAnUnmappingAllThatItFound() {
        var table = table(RockchipFormat.V2);
        table.unmapOne(0x40_0000, 0x40_0000);
        assertThat(zaps).isEmpty();
        table.mapOne(0x40_0000, 0x40_0000, 0x40_0000, RW);
        table.unmapOne(0x50_0000, PAGE);
        table.unmapOne(0x40_0000, 0x40_0000);
        table.unmapOne(0x40_0000, PAGE);

        assertThat(zaps).containsExactly("400000+1000", "7ff000+1000", "500000+1000", "400000+100000", "400000+0");
    }

    @ParameterizedTest
    @EnumSource
    void everySizeAtEveryBorder(RockchipFormat format) {
        var sizes = new ArrayList<Long>();
        for (long size = PAGE; size <= 0x40_0000; size <<= 1) {
            sizes.add(size);
        }
        probe.everySizeAtEveryBorder(table(format), format, sizes);
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithTheIntervalMap(RockchipFormat format) {
        var table = table(format);
        probe.agreesWithTheIntervalMap(table, table.radix(), List.of(PAGE, 0x2000L, 0x10000L, 0x40_0000L), EXPECTED);
    }

    /** Big pages are many small ones, all or none of them. */
    private static final TableProbe.Expected EXPECTED = new TableProbe.Expected() {
        @Override
        public long map(MappedPages pages, long iova, long pa, long bytes, long count) {
            for (long done = 0; done < bytes * count; done += bytes) {
                if (!pages.isFree(iova + done, bytes)) {
                    return done | EADDRINUSE;
                }
                pages.map(iova + done, pa + done, PAGE, bytes / PAGE, EADDRINUSE);
            }
            return bytes * count;
        }

        @Override
        public long unmap(MappedPages pages, long iova, long bytes, long count) {
            return pages.unmap(iova, PAGE, bytes / PAGE * count, false);
        }
    };

    @Test
    void theWalkerReadsTheTablesOfAllCases() throws IOException {
        assertThat(VectorWalk.walkAll("rockchip-v1", c -> RockchipFormat.V1, p -> p & RW))
                .isEqualTo(20);
        assertThat(VectorWalk.walkAll("rockchip-v2", c -> RockchipFormat.V2, p -> p & RW))
                .isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource
    void randomWordsNeverThrow(RockchipFormat format) {
        probe.randomWordsNeverThrow(format);
    }

    @ParameterizedTest
    @CsvSource({
        "V1, 0, 0x2E7D3001",
        "V2, 0, 0x2E7D3201",
        "V1, 1, 0x3A4B61FF",
        "V2, 1, 0x3A4B65AF",
        "V2, 1, 0",
        "V1, 0, 0xFFFFFFFF"
    })
    void theFieldsCoverTheEntry(RockchipFormat format, int level, long entry) {
        var words = new RockchipEntries(format);
        assertThat(words.fields(level, entry).stream()
                        .mapToLong(f -> f.value() << f.low())
                        .sum())
                .isEqualTo(entry);
        assertThat(words.fields(level, entry).stream()
                        .mapToInt(RockchipFormatTest::width)
                        .sum())
                .isEqualTo(32);
        assertThat(words.sentence(level, entry)).isNotEmpty();
    }

    private static int width(BitField field) {
        return field.high() - field.low() + 1;
    }
}
