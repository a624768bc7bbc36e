package org.iommulab.pagetable.armv7s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.iommulab.pagetable.armv7s.ArmV7sFormat.LARGE_PAGE;
import static org.iommulab.pagetable.armv7s.ArmV7sFormat.SECTION;
import static org.iommulab.pagetable.armv7s.ArmV7sFormat.SMALL_PAGE;
import static org.iommulab.pagetable.armv7s.ArmV7sFormat.SUPERSECTION;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.GoldenLog;
import org.iommulab.pagetable.golden.GoldenRun.Invalidation;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArmV7sPageTableTest {
    private static final long SEED = 7_777;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ERANGE = 34;
    private static final long BASE = 0x8000_0000L;
    private static final long HIGH_BASE = 0x7_a000_0000L;
    private static final long BYTES = 8 << 20;

    static Stream<ArmV7sConfig> configurations() {
        return Stream.of(
                config(32, 32, 0),
                config(31, 32, 0),
                config(32, 32, 1),
                config(32, 32, 2),
                config(32, 35, 0xa),
                config(34, 35, 0xb),
                config(34, 35, 0x1b));
    }

    private static ArmV7sConfig config(int inputBits, int outputBits, long quirks) {
        return new ArmV7sConfig(inputBits, outputBits, ArmV7sQuirk.of(quirks), true);
    }

    private final Machine machine = Machine.unrecorded();
    private final List<ArmV7sWarning> warnings = new ArrayList<>();
    private final GoldenLog log = new GoldenLog(false);
    private final FrameAllocator frames = new FrameAllocator(machine, BASE, BASE + BYTES);
    private final FrameAllocator highFrames = new FrameAllocator(machine, HIGH_BASE, HIGH_BASE + BYTES);

    private ArmV7sPageTable table(ArmV7sConfig config) {
        boolean high = config.has(ArmV7sQuirk.ARM_MTK_TTBR_EXT);
        var memory = new PhysicalMemory(machine, high ? HIGH_BASE : BASE, BYTES);
        return new ArmV7sPageTable(memory, high ? highFrames : frames, config, log, TableListener.NONE, warnings::add);
    }

    private ArmV7sPageTable table() {
        return table(config(32, 32, 0));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void agreesWithIntervalsOnRandomOperations(ArmV7sConfig config) {
        var random = new Random(SEED);
        var table = table(config);
        var model = new ShortPages();
        for (int i = 0; i < 1000; i++) {
            PageSize size = table.format().pageSizes().get(random.nextInt(4));
            long window = random.nextInt(3) == 0 ? 4 * SUPERSECTION : 2 * SECTION;
            long iova = (1L << config.inputBits() - 1) - window / 2 + random.nextLong(window) & -size.bytes();
            long count = size.bytes() >= SECTION ? 1 + random.nextInt(2) : 1 + random.nextInt(20);
            long pa = random.nextLong(1L << config.outputBits()) & -size.bytes() & ~(3L << 28);
            String where = "seed %d, operation %d, %d x 0x%x at 0x%x".formatted(SEED, i, count, size.bytes(), iova);
            if (random.nextInt(5) < 3) {
                assertThat(table.map(iova, pa, size.bytes(), count, RW))
                        .as(where)
                        .isEqualTo(model.map(iova, pa, size.bytes(), count));
            } else if (!meetsSections(model, iova, size.bytes(), count)) {
                assertThat(table.unmap(iova, size.bytes(), count))
                        .as(where)
                        .isEqualTo(model.unmap(iova, size.bytes(), count));
            }
            for (int look = 0; look < 8; look++) {
                long at = iova + random.nextLong(size.bytes() * 4) - size.bytes();
                assertThat(table.translate(at))
                        .as("%s, look at 0x%x", where, at)
                        .isEqualTo(model.translate(at));
            }
        }
        long inUse = config.has(ArmV7sQuirk.ARM_MTK_TTBR_EXT) ? highFrames.inUse() : frames.inUse();
        assertThat(table.radix().mappedBytes()).isEqualTo(model.bytes());
        assertThat(inUse).isEqualTo((4L << config.inputBits() - 20) + 1024L * model.tables());
        model.pages().forEach((iova, page) -> {
            assertThat(table.translate(iova + page.bytes() - 1)).isEqualTo(page.pa() + page.bytes() - 1);
            assertThat(table.unmap(iova, page.bytes(), 1)).isEqualTo(page.bytes());
        });
        assertThat(table.radix().mappedBytes()).isZero();
        assertThat(table.free()).isEqualTo(inUse);
        assertThat(frames.inUse() + highFrames.inUse()).isZero();
    }

    /** Where the kernel's defect would show. */
    private static boolean meetsSections(ShortPages model, long iova, long bytes, long count) {
        for (long at = iova; bytes < SECTION && at < iova + bytes * count; at += bytes) {
            if (model.bytesAt(at) >= SECTION) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void mapsAndUnmapsEverySizeAtBothEnds(ArmV7sConfig config) {
        var table = table(config);
        for (PageSize size : table.format().pageSizes()) {
            long bytes = size.bytes();
            for (long pa : new long[] {0, (1L << config.outputBits()) - bytes}) {
                for (long iova : new long[] {0, bytes, (1L << config.inputBits()) - bytes}) {
                    assertThat(table.map(iova, pa, bytes, 1, RW)).isEqualTo(bytes);
                    assertThat(table.translate(iova)).isEqualTo(pa);
                    assertThat(table.translate(iova + bytes - 1)).isEqualTo(pa + bytes - 1);
                    assertThat(table.unmap(iova, bytes, 1)).isEqualTo(bytes);
                    assertThat(table.translate(iova)).isEqualTo(Translation.NOT_MAPPED);
                }
            }
        }
        assertThat(warnings).isEmpty();
        table.free();
        assertThat(frames.inUse() + highFrames.inUse()).isZero();
    }

    @Test
    void theExampleOfTheSheetComesOutWordForWord() {
        var table = table();
        table.map(0x0034_5000, 0x8a12_3000L, SMALL_PAGE, 1, RW);
        table.map(0x4567_0000, 0x8123_0000L, LARGE_PAGE, 1, RW);

        assertThat(table.radix().entry(0, 0x0034_5000)).isEqualTo(BASE + 0x4000 | 1);
        assertThat(table.radix().entry(1, 0x0034_5000)).isEqualTo(0x8a12_3c72L);
        for (int i = 0; i < 16; i++) {
            assertThat(table.radix().entry(1, 0x4567_0000 + i * SMALL_PAGE)).isEqualTo(0x8123_1c31L);
        }
    }

    @Test
    void whatIsOutOfRangeOrCannotBeUsedIsRefused() {
        var table = table(config(31, 32, 0));

        assertThat(table.map(1L << 31, 0, SMALL_PAGE, 1, RW)).isEqualTo(ERANGE);
        assertThat(table.map(0, 1L << 32, SMALL_PAGE, 1, RW)).isEqualTo(ERANGE);
        assertThat(table.unmap(1L << 31, SMALL_PAGE, 1)).isZero();
        assertThat(warnings)
                .containsExactly(ArmV7sWarning.MAP_PAGES, ArmV7sWarning.MAP_PAGES, ArmV7sWarning.UNMAP_PAGES);
        assertThat(table.map(0, 0, SMALL_PAGE, 1, Prot.CACHE | Prot.NOEXEC)).isEqualTo(EINVAL);
        assertThat(table.unmap(0, SMALL_PAGE, 1)).isZero();
        assertThat(warnings).last().isEqualTo(ArmV7sWarning.UNMAP);
        assertThat(warnings).hasSize(4);
    }

    @Test
    void aPageInTheWayStopsTheCallThere() {
        var table = table();
        table.map(0x10_2000, 0x8000_0000L, SMALL_PAGE, 1, RW);
        table.map(0x20_0000, 0x9000_0000L, SECTION, 1, RW);

        assertThat(table.map(0x10_0000, 0, SMALL_PAGE, 8, RW)).isEqualTo(0x2000 | EEXIST);
        assertThat(table.map(0x20_0000, 0, LARGE_PAGE, 1, RW)).isEqualTo(EEXIST);
        assertThat(warnings).containsExactly(ArmV7sWarning.INIT_PTE, ArmV7sWarning.MAP);
    }

    @Test
    void aSupersectionThatMeetsASectionHasDroppedTheTablesBefore() {
        var table = table();
        table.map(0x100_0000, 0x8000_0000L, SMALL_PAGE, 1, RW);
        table.map(0x120_0000, 0x9000_0000L, SECTION, 1, RW);

        assertThat(table.map(0x100_0000, 0, SUPERSECTION, 1, RW)).isEqualTo(EEXIST);

        assertThat(table.translate(0x100_0000)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.translate(0x120_0000)).isEqualTo(0x9000_0000L);
        assertThat(log.lines()).containsExactly(line("tlb_flush_walk", 0x100_0000, SECTION, SMALL_PAGE));
    }

    private static Invalidation line(String callback, long... arguments) {
        return new Invalidation(
                -1, callback, java.util.Arrays.stream(arguments).boxed().toList());
    }

    @Test
    void aSplitInvalidatesFromThePageThatGoes() {
        var table = table();
        table.map(0x4567_0000, 0x8123_0000L, LARGE_PAGE, 1, RW);

        assertThat(table.unmap(0x4567_3000, SMALL_PAGE, 1, log)).isEqualTo(SMALL_PAGE);

        assertThat(table.translate(0x4567_2fff)).isEqualTo(0x8123_2fffL);
        assertThat(table.translate(0x4567_3000)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.radix().entry(1, 0x4567_f000)).isEqualTo(0x8123_fc72L);
        assertThat(log.lines())
                .containsExactly(
                        line("tlb_flush_walk", 0x4567_3000, LARGE_PAGE, LARGE_PAGE),
                        line("tlb_add_page", 0x4567_3000, SMALL_PAGE));
    }

    @Test
    void whatIsLeftOfASectionLeadsToTheFirstMegabyte() {
        var table = table();
        table.map(0x1230_0000, 0x9ab0_0000L, SECTION, 1, Prot.READ);
        var queued = new GoldenLog(true);

        assertThat(table.unmap(0x1234_5000, SMALL_PAGE, 1, queued)).isEqualTo(SMALL_PAGE);

        assertThat(table.radix().entry(1, 0x1234_4000)).isEqualTo(0x0004_4e72);
        assertThat(table.translate(0x1234_4123)).isEqualTo(0x0004_4123);
        assertThat(table.translate(0x1234_5000)).isEqualTo(Translation.NOT_MAPPED);
        // Even though the gather is queued.
        assertThat(queued.lines()).containsExactly(line("tlb_add_page", 0x1234_5000, SMALL_PAGE));
    }

    @Test
    void onlyInItsFirstSectionCanASupersectionLoseAPage() {
        var table = table();
        table.map(0x4000_0000, 0x9000_0000L, SUPERSECTION, 2, RW);
        long inUse = frames.inUse();

        assertThat(table.unmap(0x4030_1000, SMALL_PAGE, 1)).isZero();
        assertThat(table.radix().entry(0, 0x4030_0000)).isEqualTo(0x9033_1c02L);
        assertThat(frames.inUse()).isEqualTo(inUse);
        assertThat(table.unmap(0x4100_1000, SMALL_PAGE, 1)).isEqualTo(SMALL_PAGE);
        assertThat(warnings).isEmpty();
    }

    @Test
    void freeingInvalidatesEverything() {
        var table = table();
        table.map(0, 0, SMALL_PAGE, 1, RW);

        assertThat(table.free()).isEqualTo(16384 + 1024);
        assertThat(log.lines()).containsExactly(line("tlb_flush_all"));
    }

    @Test
    void aRootAboveFourGigabytesNeedsTheQuirk() {
        var memory = new PhysicalMemory(machine, HIGH_BASE, BYTES);
        assertThatThrownBy(() -> new ArmV7sPageTable(
                        memory, highFrames, config(34, 35, 0xb), log, TableListener.NONE, warnings::add))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
