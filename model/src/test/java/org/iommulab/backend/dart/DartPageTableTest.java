package org.iommulab.backend.dart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenLog;
import org.iommulab.pagetable.golden.GoldenRun.Invalidation;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DartPageTableTest {
    private static final long SEED = 6_000;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ERANGE = 34;
    private static final long BASE = 0x8_0000_0000L;
    private static final long BYTES = 16 << 20;
    private static final long PAGE = 0x4000;

    static Stream<DartFormat> formats() {
        return Stream.of(
                new DartFormat(DartVersion.DART1, 32, 36, 14),
                new DartFormat(DartVersion.DART1, 36, 36, 14),
                new DartFormat(DartVersion.DART1, 32, 36, 12),
                new DartFormat(DartVersion.DART2, 32, 42, 14),
                new DartFormat(DartVersion.DART2, 38, 42, 14));
    }

    private final Machine machine = Machine.unrecorded();
    private final PhysicalMemory memory = new PhysicalMemory(machine, BASE, BYTES);
    private final FrameAllocator frames = new FrameAllocator(machine, BASE, BASE + BYTES);
    private final List<DartWarning> warnings = new ArrayList<>();
    private final GoldenLog log = new GoldenLog(false);

    private DartPageTable table(DartFormat format) {
        return new DartPageTable(memory, frames, format, log, TableListener.NONE, warnings::add);
    }

    private DartPageTable table() {
        return table(new DartFormat(DartVersion.DART1, 32, 36, 14));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void agreesWithASetOfPagesOnRandomOperations(DartFormat format) {
        var random = new Random(SEED);
        var table = table(format);
        Map<Long, Long> model = new HashMap<>();
        long page = format.pageBytes();
        for (int i = 0; i < 1000; i++) {
            // Across the border of two second-level tables, and of two top tables where there are several.
            long iova = (1L << format.inputBits() - 1) + (random.nextInt(80) - 40) * page;
            long pa = random.nextLong(1L << format.outputBits()) & -page & ~(1L << 30);
            long count = 1 + random.nextInt(20);
            long left = Math.min(count, format.pagesLeft(iova));
            String where = "seed %d, operation %d, %d at 0x%x".formatted(SEED, i, count, iova);
            if (random.nextInt(5) < 3) {
                assertThat(table.map(iova, pa, page, count, RW)).as(where).isEqualTo(map(model, iova, pa, page, left));
            } else {
                assertThat(table.unmap(iova, page, count)).as(where).isEqualTo(unmap(model, iova, page, left));
            }
            for (long at = iova - 3 * page; at < iova + 24 * page; at += page) {
                Long expected = model.get(at);
                assertThat(table.translate(at + 5))
                        .as("%s, look at 0x%x", where, at)
                        .isEqualTo(expected == null ? Translation.NOT_MAPPED : expected + 5);
            }
        }
        assertThat(table.radixes().stream().mapToLong(r -> r.mappedBytes()).sum())
                .isEqualTo(model.size() * page);
        assertThat(table.free()).isEqualTo((format.roots() + 2) * page);
        assertThat(frames.inUse()).isZero();
    }

    private static long map(Map<Long, Long> model, long iova, long pa, long page, long count) {
        for (long i = 0; i < count; i++) {
            if (model.containsKey(iova + i * page)) {
                return EEXIST;
            }
        }
        for (long i = 0; i < count; i++) {
            model.put(iova + i * page, pa + i * page);
        }
        return count * page;
    }

    private static long unmap(Map<Long, Long> model, long iova, long page, long count) {
        long i = 0;
        while (i < count && model.remove(iova + i * page) != null) {
            i++;
        }
        return i * page;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void mapsAndUnmapsAtTheEndsOfEveryTopTable(DartFormat format) {
        var table = table(format);
        long page = format.pageBytes();
        long space = 1L << format.inputBits();
        long last = (1L << format.outputBits()) - page;
        for (int root = 0; root < format.roots(); root++) {
            for (long iova : List.of(space / format.roots() * root, space / format.roots() * (root + 1) - page)) {
                assertThat(table.map(iova, last, page, 1, RW)).isEqualTo(page);
                assertThat(table.translate(iova + page - 1)).isEqualTo(last + page - 1);
                assertThat(table.radixes().get(root).mappedBytes()).isEqualTo(page);
                assertThat(table.unmap(iova, page, 1)).isEqualTo(page);
                assertThat(table.translate(iova)).isEqualTo(Translation.NOT_MAPPED);
            }
        }
        assertThat(warnings).isEmpty();
        assertThat(table.bases()).hasSize(format.roots()).startsWith(table.base());
    }

    @Test
    void oneCallStaysInOneTable() {
        var table = table();
        long iova = 0x1234_8000;
        long left = 2048 - 0xd2;

        assertThat(table.map(iova, 0x8_0000_0000L, PAGE, 4000, RW)).isEqualTo(left * PAGE);
        assertThat(table.unmap(iova, PAGE, 4000)).isEqualTo(left * PAGE);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aPageInTheWayRefusesTheWholeCall() {
        var table = table();
        table.map(0x8000, 0x8_0000_0000L, PAGE, 1, RW);

        assertThat(table.map(0, 0x8_1000_0000L, PAGE, 4, RW)).isEqualTo(EEXIST);

        assertThat(table.translate(0)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(warnings).containsExactly(DartWarning.INIT_PTE);
    }

    @Test
    void unmappingEndsAtAHole() {
        var table = table();
        table.map(0, 0x8_0000_0000L, PAGE, 2, RW);
        table.map(3 * PAGE, 0x8_1000_0000L, PAGE, 1, RW);

        assertThat(table.unmap(0, PAGE, 4, log)).isEqualTo(2 * PAGE);

        assertThat(table.translate(3 * PAGE)).isEqualTo(0x8_1000_0000L);
        assertThat(warnings).containsExactly(DartWarning.UNMAP_PAGES);
        assertThat(log.lines())
                .containsExactly(
                        new Invalidation(-1, "tlb_add_page", List.of(0L, PAGE)),
                        new Invalidation(-1, "tlb_add_page", List.of(PAGE, PAGE)));
    }

    @Test
    void whatCannotBeIsRefused() {
        var table = table();

        assertThat(table.map(0, 0, 0x1000, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.map(0, 1L << 36, PAGE, 1, RW)).isEqualTo(ERANGE);
        assertThat(table.unmap(0, 0x1000, 1)).isZero();
        assertThat(table.unmap(0, PAGE, 0)).isZero();
        assertThat(table.unmap(0, PAGE, 1)).isZero();
        assertThat(warnings).hasSize(5);
        assertThat(table.map(0, 0, PAGE, 1, Prot.CACHE)).isEqualTo(EINVAL);
        assertThat(warnings).hasSize(5);
    }

    @Test
    void whatIsAboveTheInputBitsIsIgnored() {
        var table = table(new DartFormat(DartVersion.DART1, 32, 36, 12));

        assertThat(table.map(0x1_0000_0000L, 0x8_0000_0000L, 0x1000, 1, RW)).isEqualTo(0x1000);
        assertThat(table.translate(0)).isEqualTo(0x8_0000_0000L);
    }

    @Test
    void freeingInvalidatesEverything() {
        table().free();

        assertThat(log.lines()).containsExactly(new Invalidation(-1, "tlb_flush_all", List.of()));
    }
}
