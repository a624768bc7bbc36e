package org.iommulab.backend.tegrasmmu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import org.iommulab.hardware.Mmio;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.testkit.TableProbe;
import org.iommulab.testkit.VectorWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TegraSmmuFormatTest {
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final long IOVA = 0x8034_5678L;

    private final TableProbe probe = new TableProbe();

    private TegraSmmuPageTable table(TegraSmmuFormat format, EntryFlush flush) {
        return new TegraSmmuPageTable(probe.machine(), probe.memory, probe.frames, format, flush, TableListener.NONE);
    }

    @ParameterizedTest
    @CsvSource({"3, 0xE01A6789", "1, 0xA01A6789", "2, 0x601A6789", "0, 0x201A6789"})
    void pageEntry(int prot, long entry) {
        var format = TegraSmmuFormat.BITS_34;
        assertThat(format.leaf(1, 0x1000, 0x1_a678_9000L, prot)).isEqualTo(entry);
        assertThat(format.output(1, entry)).isEqualTo(0x1_a678_9000L);
        assertThat(format.prot(1, entry)).isEqualTo(prot);
        assertThat(format.kind(1, entry)).isEqualTo(Kind.LEAF);
    }

    @Test
    void directory() {
        var format = TegraSmmuFormat.BITS_34;
        assertThat(format.directoryPointer(0x9f20_1000L)).isEqualTo(0xe009_f201L);
        assertThat(format.table(0, 0x9f34_5000L)).isEqualTo(0xf009_f345L);
        assertThat(format.tableAddress(0, 0xf009_f345L)).isEqualTo(0x9f34_5000L);
        assertThat(format.frameMask()).isEqualTo(0x3f_ffff);
        assertThat(TegraSmmuFormat.BITS_32.frameMask()).isEqualTo(0xf_ffff);
        assertThat(format.kind(0, 0xe009_f345L)).isEqualTo(Kind.EMPTY);
    }

    @Test
    void flushValues() {
        var caches = new TegraSmmuLayout.Caches(34, 32, 128);
        assertThat(caches.flushAsid(3)).isEqualTo(0x8300_0000);
        assertThat(caches.flushSection(3, IOVA)).isEqualTo(0x8308_0002);
        assertThat(caches.flushGroup(3, IOVA)).isEqualTo(0x8308_0347);
        assertThat(caches.flushLine(0x9f20_1800L)).isEqualTo(0x9f20_1801);
        assertThat(caches.flushLine(0x9f34_5d14L)).isEqualTo(0x9f34_5d01);
        assertThat(new TegraSmmuLayout.Caches(32, 16, 4).flushAsid(3)).isEqualTo(0xe000_0000);
    }

    @Test
    void theDriverFlushesTheWordFirstAndThenTheTranslations() {
        var writes = new ArrayList<String>();
        Mmio registers = new Mmio() {
            @Override
            public int read32(int offset) {
                writes.add(Integer.toHexString(offset));
                return 0;
            }

            @Override
            public void write32(int offset, int value) {
                writes.add(Integer.toHexString(offset) + "<-" + Integer.toHexString(value));
            }
        };
        var flush = new TegraSmmuFlush(registers, new TegraSmmuLayout.Caches(34, 32, 128), 3);
        var table = table(TegraSmmuFormat.BITS_34, flush);

        table.mapOne(IOVA & -0x1000, 0x1_a678_9000L, RW);

        assertThat(table.base()).isEqualTo(0x8000_0000L);
        assertThat(String.join(" ", writes))
                .isEqualTo("9b8<-0 34<-80000801 30<-83080002 1c 9b8<-0 34<-80001d01 30<-83080347 1c");
        writes.clear();
        assertThat(table.unmapOne(IOVA & -0x1000)).isTrue();
        assertThat(String.join(" ", writes))
                .isEqualTo("9b8<-0 34<-80001d01 30<-83080347 1c 9b8<-0 34<-80000801 30<-83080002 1c");
        assertThat(table.unmapOne(IOVA & -0x1000)).isFalse();
    }

    @Test
    void aMappingIsReplacedAndTheTableGoesWithTheLastPage() {
        var table = table(TegraSmmuFormat.BITS_34, EntryFlush.NONE);
        assertThat(table.map(0x8034_5000L, 0x1000, 0x1000, 2, RW)).isEqualTo(0x2000);
        assertThat(table.map(0x8034_5000L, 0x9000, 0x1000, 1, 0)).isEqualTo(0x1000);
        assertThat(table.translate(0x8034_5678L)).isEqualTo(0x9678);
        assertThat(probe.frames.inUse()).isEqualTo(0x2000);
        assertThat(table.unmap(0x8034_5000L, 0x1000, 9)).isEqualTo(0x2000);
        assertThat(table.radix().entry(0, IOVA)).isZero();
        assertThat(probe.frames.inUse()).isEqualTo(0x1000);
    }

    @ParameterizedTest
    @EnumSource
    void everySizeAtEveryBorder(TegraSmmuFormat format) {
        probe.everySizeAtEveryBorder(table(format, EntryFlush.NONE), format, TableProbe.sizes(format));
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithTheIntervalMap(TegraSmmuFormat format) {
        var table = table(format, EntryFlush.NONE);
        probe.agreesWithTheIntervalMap(table, table.radix(), TableProbe.sizes(format), REPLACING);
    }

    private static final TableProbe.Expected REPLACING = new TableProbe.Expected() {
        @Override
        public long map(MappedPages pages, long iova, long pa, long bytes, long count) {
            for (long done = 0; done < bytes * count; done += bytes) {
                pages.unmap(iova + done, bytes, 1, false);
            }
            return pages.map(iova, pa, bytes, count, 0);
        }

        @Override
        public long unmap(MappedPages pages, long iova, long bytes, long count) {
            return pages.unmap(iova, bytes, count, false);
        }
    };

    @Test
    void theWalkerReadsTheTablesOfAllCases() throws IOException {
        int cases = VectorWalk.walkAll(
                "tegra-smmu", c -> c.oas() == 34 ? TegraSmmuFormat.BITS_34 : TegraSmmuFormat.BITS_32, p -> p & RW);
        assertThat(cases).isEqualTo(29);
    }

    @ParameterizedTest
    @EnumSource
    void randomWordsNeverThrow(TegraSmmuFormat format) {
        probe.randomWordsNeverThrow(format);
    }

    @ParameterizedTest
    @CsvSource({"0, 0xF009F345", "1, 0xE01A6789", "1, 0xFFFFFFFF", "0, 0xFFFFFFFF", "1, 0"})
    void theFieldsCoverTheEntry(int level, long entry) {
        for (TegraSmmuFormat format : TegraSmmuFormat.values()) {
            var fields = new TegraSmmuEntries(format).fields(level, entry);
            assertThat(fields.stream().mapToLong(f -> f.value() << f.low()).sum())
                    .isEqualTo(entry);
            assertThat(fields.stream().mapToInt(f -> f.high() - f.low() + 1).sum())
                    .isEqualTo(32);
        }
    }
}
