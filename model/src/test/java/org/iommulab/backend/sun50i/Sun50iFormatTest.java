package org.iommulab.backend.sun50i;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.testkit.TableProbe;
import org.iommulab.testkit.VectorWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Sun50iFormatTest {
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EBUSY = 16;

    private final Sun50iFormat format = new Sun50iFormat();
    private final TableProbe probe = new TableProbe();
    private final Sun50iPageTable table = new Sun50iPageTable(probe.memory, probe.frames, TableListener.NONE);

    @ParameterizedTest
    @CsvSource({"3, 0x7D5A6042", "1, 0x7D5A6022", "2, 0x7D5A6032", "0, 0x7D5A6012"})
    void pageEntry(int prot, long entry) {
        assertThat(format.leaf(1, 0x1000, 0x7d5a_6000L, prot)).isEqualTo(entry);
        assertThat(format.leaf(1, 0x1000, 0x7d5a_6000L, prot | Prot.CACHE | Prot.NOEXEC | Prot.MMIO | Prot.PRIV))
                .isEqualTo(entry);
        assertThat(format.output(1, entry)).isEqualTo(0x7d5a_6000L);
        assertThat(format.prot(1, entry)).isEqualTo(prot);
        assertThat(format.kind(1, entry)).isEqualTo(Kind.LEAF);
        assertThat(format.kind(1, entry & ~2L)).isEqualTo(Kind.EMPTY);
    }

    @ParameterizedTest
    @CsvSource({"0, EMPTY", "1, TABLE", "2, EMPTY", "3, EMPTY"})
    void directoryEntry(long type, Kind kind) {
        assertThat(format.kind(0, 0x4b1e_2400L | type)).isEqualTo(kind);
        assertThat(format.table(0, 0x4b1e_2400L)).isEqualTo(0x4b1e_2401L);
        assertThat(format.tableAddress(0, 0x4b1e_2401L)).isEqualTo(0x4b1e_2400L);
    }

    @Test
    void aMappingIsNotReplacedAndATableIsKept() {
        table.map(0xfe7c_3000L, 0x7d5a_6000L, 0x1000, 1, RW);
        assertThat(table.map(0xfe7c_2000L, 0x1000, 0x1000, 3, RW)).isEqualTo(0x1000 | EBUSY);
        assertThat(table.translate(0xfe7c_3a10L)).isEqualTo(0x7d5a_6a10L);
        long inUse = probe.frames.inUse();
        assertThat(table.unmap(0xfe7c_2000L, 0x1000, 4)).isEqualTo(0x2000);
        assertThat(table.radix().entry(1, 0xfe7c_3000L)).isZero();
        assertThat(probe.frames.inUse()).isEqualTo(inUse).isEqualTo(0x4000 + 0x400);
    }

    @Test
    void everySizeAtEveryBorder() {
        probe.everySizeAtEveryBorder(table, format, TableProbe.sizes(format));
    }

    @Test
    void agreesWithTheIntervalMap() {
        probe.agreesWithTheIntervalMap(table, table.radix(), TableProbe.sizes(format), new TableProbe.Expected() {
            @Override
            public long map(MappedPages pages, long iova, long pa, long bytes, long count) {
                return pages.map(iova, pa, bytes, count, EBUSY);
            }

            @Override
            public long unmap(MappedPages pages, long iova, long bytes, long count) {
                return pages.unmap(iova, bytes, count, false);
            }
        });
    }

    @Test
    void theWalkerReadsTheTablesOfAllCases() throws IOException {
        assertThat(VectorWalk.walkAll("sun50i", c -> format, p -> p & RW)).isEqualTo(19);
    }

    @Test
    void randomWordsNeverThrow() {
        probe.randomWordsNeverThrow(format);
    }

    @ParameterizedTest
    @CsvSource({"0, 0x4B1E2401", "0, 0xFFFFFFFF", "1, 0x7D5A6042", "1, 0xFFFFFFFF", "1, 0"})
    void theFieldsCoverTheEntry(int level, long entry) {
        var fields = new Sun50iEntries(format).fields(level, entry);
        assertThat(fields.stream().mapToLong(f -> f.value() << f.low()).sum()).isEqualTo(entry);
        assertThat(fields.stream().mapToInt(f -> f.high() - f.low() + 1).sum()).isEqualTo(32);
    }
}
