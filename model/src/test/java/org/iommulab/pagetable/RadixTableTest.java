package org.iommulab.pagetable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.iommulab.backend.exynos.SysMmuFormat;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableRules.Emptied;
import org.iommulab.pagetable.TableRules.Hole;
import org.iommulab.pagetable.TableRules.OverLeaf;
import org.iommulab.pagetable.TableRules.OverTable;
import org.iommulab.pagetable.TableRules.Partial;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RadixTableTest {
    private static final long SEED = 5_150;
    private static final int OCCUPIED = 98;
    private static final long MEMORY_BASE = 0x4000_0000L;
    private static final long MEMORY_BYTES = 32 << 20;
    private static final TableRules REFUSING = TableRules.refusing(OCCUPIED).with(OverTable.REFUSE_UNLESS_EMPTY);

    record Configuration(String name, TableFormat format, TableRules rules) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Configuration> configurations() {
        var all = new ArrayList<Configuration>();
        for (Emptied emptied : Emptied.values()) {
            for (Hole hole : Hole.values()) {
                String name = " " + emptied + " " + hole;
                TableRules rules = REFUSING.with(emptied).with(hole);
                TableRules exynos = rules.withRootDefault(SysMmuFormat.V1_V3.table(0, MEMORY_BASE));
                all.add(new Configuration("exynos" + name, SysMmuFormat.V1_V3, exynos));
                all.add(new Configuration("exynos-v5" + name, SysMmuFormat.V5, rules));
                all.add(new Configuration("toy" + name, new ToyFormat(), rules));
            }
        }
        return all.stream();
    }

    private final Machine machine = Machine.unrecorded();
    private final PhysicalMemory memory = new PhysicalMemory(machine, MEMORY_BASE, MEMORY_BYTES);
    private final FrameAllocator frames =
            new FrameAllocator(machine, MEMORY_BASE + 0x10000, MEMORY_BASE + MEMORY_BYTES);

    private RadixTable table(TableFormat format, TableRules rules) {
        return new RadixTable(memory, frames, format, rules, TableListener.NONE);
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void agreesWithAnIntervalMapOnRandomOperations(Configuration c) {
        var random = new Random(SEED);
        var table = table(c.format(), c.rules());
        var model = new MappedPages();
        List<PageSize> sizes = c.format().pageSizes();
        boolean skip = c.rules().hole() == Hole.SKIP;
        for (int i = 0; i < 1000; i++) {
            PageSize size = sizes.get(Math.min(random.nextInt(4), sizes.size() - 1));
            // A window that holds a few pages of the biggest size, across the border of a root entry.
            long window = 4 * sizes.getLast().bytes();
            long iova = 0x7fe0_0000L + (random.nextLong() & window - 1) & -size.bytes();
            if (random.nextInt(3) > 0) {
                iova = 0x8000_0000L - 0x40000 + (random.nextLong() & 0x7ffff) & -size.bytes();
            }
            long pa = random.nextLong() & (1L << c.format().outputBits()) - 1 & -size.bytes() & ~(1L << 31);
            long count = 1 + random.nextInt(20);
            String where = "seed %d, operation %d at 0x%x".formatted(SEED, i, iova);
            if (pa + size.bytes() * count < 1L << c.format().outputBits() && random.nextInt(5) < 3) {
                assertThat(table.map(iova, pa, size.bytes(), count, Prot.READ | Prot.WRITE))
                        .as(where)
                        .isEqualTo(model.map(iova, pa, size.bytes(), count, OCCUPIED));
            } else {
                assertThat(table.unmap(iova, size.bytes(), count))
                        .as(where)
                        .isEqualTo(model.unmap(iova, size.bytes(), count, skip));
            }
            for (int look = 0; look < 8; look++) {
                long at = iova + random.nextLong(size.bytes() * 24) - size.bytes() * 2;
                assertThat(table.translate(at))
                        .as("%s, look at 0x%x", where, at)
                        .isEqualTo(model.translate(at));
            }
            if (i % 100 == 0) {
                // Whatever was cached must be found again.
                memory.raiseGeneration();
            }
        }
        assertThat(table.mappedBytes()).isEqualTo(model.bytes());
        model.pages().forEach((iova, page) -> {
            assertThat(table.translate(iova)).isEqualTo(page.pa());
            assertThat(table.translate(iova + page.bytes() - 1)).isEqualTo(page.pa() + page.bytes() - 1);
            assertThat(table.unmap(iova, page.bytes(), 1)).isEqualTo(page.bytes());
        });
        assertThat(table.mappedBytes()).isZero();
        if (c.rules().emptied() == Emptied.FREE) {
            long rootBytes = (long) c.format().entryBytes() << c.format().indexBits(0);
            assertThat(frames.inUse()).isEqualTo(rootBytes);
        }
        long inUse = frames.inUse();
        assertThat(table.free()).isEqualTo(inUse);
        assertThat(frames.inUse()).isZero();
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void mapsAndUnmapsEverySizeAtBothEndsOfTheAddressSpace(Configuration c) {
        var table = table(c.format(), c.rules());
        long space = 1L << c.format().indexShift(0) + c.format().indexBits(0);
        for (PageSize size : c.format().pageSizes()) {
            long pa = (1L << c.format().outputBits()) - size.bytes();
            for (long iova : new long[] {0, size.bytes(), space / 2 - size.bytes(), space - size.bytes()}) {
                assertThat(table.map(iova, pa, size.bytes(), 1, Prot.READ)).isEqualTo(size.bytes());
                assertThat(table.translate(iova)).isEqualTo(pa);
                assertThat(table.translate(iova + size.bytes() - 1)).isEqualTo(pa + size.bytes() - 1);
                assertThat(table.unmap(iova, size.bytes(), 1)).isEqualTo(size.bytes());
                assertThat(table.translate(iova)).isEqualTo(Translation.NOT_MAPPED);
            }
        }
        table.free();
        assertThat(frames.inUse()).isZero();
    }

    @Test
    void refusesASizeThatTheFormatHasNot() {
        var table = table(new ToyFormat(), REFUSING);

        assertThat(Translation.errno(table.map(0, 0, 0x8000, 1, Prot.READ))).isEqualTo(22);
    }

    @Test
    void overwritingRulesLetTheLastMappingWin() {
        var table = table(new ToyFormat(), REFUSING.with(OverLeaf.OVERWRITE).with(OverTable.FREE));
        table.map(0x200000, 0x200000, 0x1000, 512, Prot.READ);
        assertThat(table.map(0x200000, 0x4000_0000, 0x200000, 1, Prot.READ)).isEqualTo(0x200000);
        assertThat(table.translate(0x2f_f123)).isEqualTo(0x400f_f123);

        assertThat(table.map(0x201000, 0x9000, 0x1000, 1, Prot.READ)).isEqualTo(0x1000);
        assertThat(table.translate(0x201000)).isEqualTo(0x9000);
        assertThat(table.translate(0x200000)).isEqualTo(Translation.NOT_MAPPED);
        table.free();
        assertThat(frames.inUse()).isZero();
    }

    @Test
    void aPartOfABiggerPageIsRefusedOrTakesItAllAlong() {
        var refusing = table(new ToyFormat(), REFUSING);
        refusing.map(0x200000, 0, 0x200000, 1, Prot.READ);
        assertThat(refusing.unmap(0x201000, 0x1000, 1)).isZero();
        assertThat(refusing.removeLeaf(0x201000, 0x1000)).isEqualTo(-0x200000);

        var whole = table(new ToyFormat(), REFUSING.with(Partial.WHOLE));
        whole.map(0x200000, 0, 0x200000, 1, Prot.READ);
        assertThat(whole.unmap(0x201000, 0x1000, 1)).isEqualTo(0x200000);
        assertThat(whole.translate(0x200000)).isEqualTo(Translation.NOT_MAPPED);
    }

    @Test
    void aCallMayStopAtTheEndOfATable() {
        var table = table(new ToyFormat(), REFUSING.stoppingAtTableEnd());

        assertThat(table.map(0x1fe000, 0, 0x1000, 8, Prot.READ)).isEqualTo(0x2000);
        assertThat(table.map(0x200000, 0x2000, 0x1000, 6, Prot.READ)).isEqualTo(0x6000);
        assertThat(table.unmap(0x1fe000, 0x1000, 8)).isEqualTo(0x2000);
    }

    @Test
    void bitsMayStayInAnUnmappedEntry() {
        var table = table(new ToyFormat(), REFUSING.clearedKeeping(~1L));
        table.map(0x1000, 0x5000, 0x1000, 1, Prot.READ);
        table.unmap(0x1000, 0x1000, 1);

        assertThat(table.entry(3, 0x1000)).isEqualTo(0x5040);
        assertThat(table.translate(0x1000)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.map(0x1000, 0x6000, 0x1000, 1, Prot.READ)).isEqualTo(0x1000);
    }

    @Test
    void randomBytesInTheTablesNeverThrowWhenTheyAreRead() {
        var random = new Random(SEED);
        var table = table(SysMmuFormat.V1_V3, REFUSING);
        for (long iova = 0; iova < 64 << 20; iova += 1 << 20) {
            table.map(iova, iova, 0x1000, 1, Prot.READ);
        }
        long end = MEMORY_BASE + 0x10000 + frames.inUse();
        for (int i = 0; i < 5_000; i++) {
            long at = MEMORY_BASE + 0x10000 + (random.nextLong() & 0x1ffff) & ~3L;
            if (at < end) {
                memory.write32(at, random.nextInt());
                memory.raiseGeneration();
            }
            table.translate(random.nextLong() & 0xffff_ffffL);
        }
        table.mappedBytes();
    }

    @Test
    void aTranslationSeesWhatSomebodyElseWrote() {
        var table = table(SysMmuFormat.V1_V3, REFUSING);
        table.map(0x1000, 0x5000, 0x1000, 1, Prot.READ);
        assertThat(table.translate(0x1000)).isEqualTo(0x5000);

        memory.write32(table.base(), 0);
        memory.raiseGeneration();

        assertThat(table.translate(0x1000)).isEqualTo(Translation.NOT_MAPPED);
    }

    @Test
    void anEntryThatLeadsElsewhereIsFollowed() {
        var table = table(new ToyFormat(), REFUSING);
        table.map(0x1000, 0x5000, 0x1000, 1, Prot.READ);
        table.map(0x20_1000, 0x6000, 0x1000, 1, Prot.READ);
        assertThat(table.translate(0x1000)).isEqualTo(0x5000);

        table.writeEntry(2, 0x1000, table.entry(2, 0x20_1000));
        assertThat(table.translate(0x1000)).isEqualTo(0x6000);
        table.writeEntry(2, 0x1000, 0);
        assertThat(table.translate(0x1000)).isEqualTo(Translation.NOT_MAPPED);
    }

    @Test
    void tablesAreMadeUpToAPageThatIsInTheWay() {
        var table = table(new ToyFormat(), REFUSING);
        table.map(0x20_0000, 0x20_0000, 0x20_0000, 1, Prot.READ);

        assertThat(table.makeTables(3, 0x20_1000, 1L << 11)).isFalse();
        assertThat(table.makeTables(3, 0x1000, 1L << 11)).isTrue();
        assertThat(table.entry(2, 0x1000) & 1L << 11).isNotZero();
        assertThat(table.entry(1, 0x1000) & 1L << 11).as("was there before").isZero();
        assertThat(table.mapRun(3, 0x1000, 0x5000, 2, Prot.READ)).isTrue();
    }
}
