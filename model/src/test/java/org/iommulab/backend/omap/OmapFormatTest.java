package org.iommulab.backend.omap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.omap.OmapFormat.LARGE_PAGE;
import static org.iommulab.backend.omap.OmapFormat.SECTION;
import static org.iommulab.backend.omap.OmapFormat.SMALL_PAGE;
import static org.iommulab.backend.omap.OmapFormat.SUPERSECTION;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

class OmapFormatTest {
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EINVAL = 22;

    private final OmapFormat format = new OmapFormat();
    private final TableProbe probe = new TableProbe();
    private final List<Long> flushes = new ArrayList<>();
    private final OmapPageTable table = new OmapPageTable(probe.memory, probe.frames, flushes::add, TableListener.NONE);

    @ParameterizedTest
    @CsvSource({
        "1, 0x1000,    0x95556000, 0x95556002, LEAF",
        "1, 0x10000,   0x95560000, 0x95560001, REPLICATED",
        "0, 0x100000,  0x91200000, 0x91200002, LEAF",
        "0, 0x1000000, 0x90000000, 0x90040002, REPLICATED",
    })
    void leaf(int level, long bytes, long output, long entry, Kind kind) {
        assertThat(format.leaf(level, bytes, output, RW)).isEqualTo(entry);
        assertThat(format.leaf(level, bytes, output, 0)).isEqualTo(entry);
        assertThat(format.kind(level, entry)).isEqualTo(kind);
        assertThat(format.leafBytes(level, entry)).isEqualTo(bytes);
        assertThat(format.output(level, entry)).isEqualTo(output);
    }

    @Test
    void link() {
        assertThat(format.table(0, 0xa401_0400L)).isEqualTo(0xa401_0401L);
        assertThat(format.tableAddress(0, 0xa401_0401L)).isEqualTo(0xa401_0400L);
        assertThat(format.kind(1, 0x9555_6003L)).isEqualTo(Kind.LEAF);
        assertThat(format.kind(0, 0x9555_6003L)).isEqualTo(Kind.EMPTY);
    }

    @Test
    void aSizeThatThereIsNotIsRefusedBeforeAnythingIsFlushed() {
        assertThat(table.map(0x4adc_d000L, 0x1000, 0x2000, 1, RW)).isEqualTo(EINVAL);
        assertThat(flushes).isEmpty();
        assertThat(table.mapOne(0x1000, 0x1000, SECTION)).isEqualTo(-EINVAL);
        assertThat(flushes).containsExactly(0x1000L);
        assertThat(table.radix().entry(0, 0x1000)).isZero();
    }

    @Test
    void aLargePageThatIsNotAlignedLeavesAnEmptyTableBehind() {
        assertThat(table.mapOne(0x1000, 0x1000, LARGE_PAGE)).isEqualTo(-EINVAL);
        assertThat(table.radix().hasLeafTable(0)).isTrue();
        assertThat(table.unmapOne(0x7000)).isEqualTo(SMALL_PAGE);
        assertThat(table.radix().hasLeafTable(0)).isFalse();
        assertThat(table.unmapOne(0x7000)).isZero();
        assertThat(flushes).containsExactly(0x1000L, 0x7000L, 0x7000L);
    }

    @Test
    void aHoleInATableCountsAsASmallPage() {
        table.mapOne(0x4000_0000, 0x1000, SMALL_PAGE);
        assertThat(table.unmap(0x4000_1000, SMALL_PAGE, 3)).isEqualTo(0x3000);
        assertThat(table.unmap(0x5000_0000, SMALL_PAGE, 3)).isZero();
    }

    @Test
    void whateverIsFoundGoesAsAWhole() {
        table.mapOne(0x4001_0000, 0x9001_0000L, LARGE_PAGE);
        table.mapOne(0x2000_0000, 0x9000_0000L, SUPERSECTION);
        assertThat(table.unmapOne(0x4001_5000)).isEqualTo(LARGE_PAGE);
        assertThat(table.unmapOne(0x20a0_0000)).isEqualTo(SUPERSECTION);
        assertThat(table.radix().mappedBytes()).isZero();
        assertThat(probe.frames.inUse()).isEqualTo(0x4000);
    }

    @Test
    void aSectionOverATableLosesTheTable() {
        table.mapOne(0x4000_1000, 0x1000, SMALL_PAGE);
        assertThat(table.translate(0x4000_1000)).isEqualTo(0x1000);
        assertThat(table.mapOne(0x4000_0000, 0x9120_0000L, SECTION)).isZero();
        assertThat(table.translate(0x4000_1000)).isEqualTo(0x9120_1000L);
        assertThat(table.unmapOne(0x4000_1000)).isEqualTo(SECTION);
        assertThat(table.translate(0x4000_1000)).isEqualTo(Translation.NOT_MAPPED);
        table.free();
        assertThat(probe.frames.inUse()).isEqualTo(0x400);
    }

    @Test
    void aCopyOfASupersectionMayHaveBecomeATable() {
        table.mapOne(0x2000_0000, 0x9000_0000L, SUPERSECTION);
        table.mapOne(0x2050_0000, 0x9100_0000L, SECTION);
        assertThat(table.unmapOne(0x2050_0000)).isEqualTo(SECTION);
        table.mapOne(0x2050_3000, 0x5000, SMALL_PAGE);
        assertThat(table.translate(0x2050_3000)).isEqualTo(0x5000);
        assertThat(table.unmapOne(0x2030_0000)).isEqualTo(SUPERSECTION);
        assertThat(table.translate(0x2050_3000)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.unmapOne(0x2050_3000)).isZero();
    }

    @Test
    void aPageInsideASectionIsWrittenToTheMemoryThatItMaps() {
        long victim = 0x8070_0000L;
        table.mapOne(0x6010_0000, victim, SECTION);

        assertThat(table.mapOne(0x6010_5000, 0x9555_6000L, SMALL_PAGE)).isZero();

        assertThat(probe.memory.read32(victim + 5 * 4)).isEqualTo(0x9555_6002);
        assertThat(table.translate(0x6010_5000)).isEqualTo(victim + 0x5000);
        // Where no memory is, nothing happens.
        table.mapOne(0x7010_0000, 0x1000_0000, SECTION);
        assertThat(table.mapOne(0x7010_0000, 0x9556_0000L, LARGE_PAGE)).isZero();
    }

    @Test
    void everySizeAtEveryBorder() {
        probe.everySizeAtEveryBorder(table, format, TableProbe.sizes(format));
    }

    /** Only what is free is mapped, only what is mapped unmapped: the driver itself looks at neither. */
    @Test
    void agreesWithTheIntervalMap() {
        probe.agreesWithTheIntervalMap(new Careful(table), table.radix(), TableProbe.sizes(format), EXPECTED);
    }

    private static final TableProbe.Expected EXPECTED = new TableProbe.Expected() {
        @Override
        public long map(MappedPages pages, long iova, long pa, long bytes, long count) {
            return pages.map(iova, pa, bytes, count, EINVAL);
        }

        @Override
        public long unmap(MappedPages pages, long iova, long bytes, long count) {
            return pages.unmap(iova, bytes, count, false);
        }
    };

    /** A caller who looks before he calls. */
    private record Careful(OmapPageTable table) implements Translation {
        @Override
        public long map(long iova, long pa, long pageBytes, long count, int prot) {
            for (long done = 0; done < pageBytes * count; done += pageBytes) {
                for (long at = 0; at < pageBytes; at += SMALL_PAGE) {
                    if (table.translate(iova + done + at) != NOT_MAPPED) {
                        return done | EINVAL;
                    }
                }
                assertThat(table.mapOne(iova + done, pa + done, pageBytes)).isZero();
            }
            return pageBytes * count;
        }

        @Override
        public long unmap(long iova, long pageBytes, long count) {
            long total = pageBytes * count;
            long done = 0;
            while (done < total) {
                long at = iova + done;
                long size = size(at);
                if (size == 0 || size > total - done) {
                    break;
                }
                assertThat(table.unmapOne(at)).isEqualTo(size);
                done += size;
            }
            return done;
        }

        private long size(long iova) {
            for (int level = 0; level < 2; level++) {
                long entry = table.radix().entry(level, iova);
                Kind kind = table.radix().format().kind(level, entry);
                if (kind == Kind.LEAF || kind == Kind.REPLICATED) {
                    return table.radix().format().leafBytes(level, entry);
                }
            }
            return 0;
        }

        @Override
        public long translate(long iova) {
            return table.translate(iova);
        }

        @Override
        public long base() {
            return table.base();
        }

        @Override
        public long free() {
            return table.free();
        }
    }

    @Test
    void theWalkerReadsTheTablesOfAllCases() throws IOException {
        assertThat(VectorWalk.walkAll("omap", c -> format, p -> RW)).isEqualTo(20);
    }

    @Test
    void randomWordsNeverThrow() {
        probe.randomWordsNeverThrow(format);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0xA4010401",
        "0, 0x91200002",
        "0, 0x90040002",
        "0, 0xFFFFFFFF",
        "0, 0xFFFBFFFE",
        "0, 0xFFFFFFFE",
        "1, 0x95556002",
        "1, 0x95560001",
        "1, 0xFFFFFFFF",
        "1, 0xFFFFFFFD",
        "1, 0xFFFFFFFC"
    })
    void theFieldsCoverTheEntry(int level, long entry) {
        var words = new OmapEntries(format);
        var fields = words.fields(level, entry);
        assertThat(fields.stream().mapToLong(f -> f.value() << f.low()).sum()).isEqualTo(entry);
        assertThat(fields.stream().mapToInt(f -> f.high() - f.low() + 1).sum()).isEqualTo(32);
        assertThat(words.sentence(level, entry)).isNotEmpty();
    }
}
