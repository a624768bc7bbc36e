package org.iommulab.pagetable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.iommulab.backend.exynos.SysMmuFormat;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableRules.Emptied;
import org.iommulab.pagetable.TableRules.Hole;
import org.iommulab.pagetable.TableRules.OverLeaf;
import org.iommulab.pagetable.TableRules.OverTable;
import org.iommulab.pagetable.TableRules.Partial;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many pages in one call do what one page after the other does: same answers, same events in order, same memory. */
class RadixRunTest {
    private static final long SEED = 5_1_2;
    private static final int OCCUPIED = 17;
    private static final long BASE = 0x4000_0000L;
    private static final int BYTES = 16 << 20;
    private static final int READ = Prot.READ;

    record Configuration(String name, TableFormat format, TableRules rules) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Configuration> configurations() {
        var all = new ArrayList<Configuration>();
        var plain = TableRules.refusing(OCCUPIED).with(OverTable.REFUSE_UNLESS_EMPTY);
        LpaeFormat lpae = LpaeFormat.of(
                        new LpaeConfig(LpaeVariant.ARM_64_S1, 48, 52, 1L << 16 | 1L << 29, Set.of(), true))
                .orElseThrow();
        for (TableFormat format : List.of(SysMmuFormat.V1_V3, SysMmuFormat.V5, new ToyFormat(), lpae)) {
            String name = format.getClass().getSimpleName() + " " + format.entryBytes() + " ";
            all.add(new Configuration(name + "plain", format, plain));
            all.add(new Configuration(name + "stopping", format, plain.stoppingAtTableEnd()));
            all.add(new Configuration(name + "freeing", format, plain.with(Emptied.FREE)));
            all.add(new Configuration(name + "skipping", format, plain.with(Hole.SKIP)));
            all.add(new Configuration(name + "whole", format, plain.with(Partial.WHOLE)));
            all.add(new Configuration(
                    name + "default", format, plain.withRootDefault(format.table(0, BASE + BYTES - 0x10000))));
            all.add(new Configuration(
                    name + "overwriting", format, plain.with(OverLeaf.OVERWRITE).with(OverTable.FREE)));
        }
        all.add(new Configuration("toy, bits stay", new ToyFormat(), plain.clearedKeeping(~1L)));
        return all.stream();
    }

    /** A table on its own machine, with or without a listener. */
    private static final class Twin implements TableListener {
        private final List<String> log = new ArrayList<>();
        private final TableRules rules;
        private final RadixTable table;

        Twin(Machine machine, Configuration c, boolean heard) {
            rules = c.rules();
            var memory = new PhysicalMemory(machine, BASE, BYTES);
            var frames = new FrameAllocator(machine, BASE, BASE + BYTES);
            table = new RadixTable(memory, frames, c.format(), rules, heard ? this : TableListener.NONE);
        }

        @Override
        public void entryWritten(int level, long address, long value) {
            log.add("%d [%x] = %x".formatted(level, address, value));
        }

        @Override
        public void tableAllocated(int level, long address, long bytes) {
            log.add("%d + %x".formatted(level, address));
        }

        @Override
        public void tableFreed(int level, long address, long bytes) {
            log.add("%d - %x".formatted(level, address));
        }

        private boolean endsBefore(long iova, PageSize size) {
            int bits = table.format().indexShift(size.level()) + table.format().indexBits(size.level());
            return rules.stopsAtTableEnd() && (iova & (1L << bits) - 1) == 0;
        }

        long mapPageByPage(long iova, long pa, PageSize size, long count) {
            long done = 0;
            while (done < size.bytes() * count && (done == 0 || !endsBefore(iova + done, size))) {
                long one = table.map(iova + done, pa + done, size.bytes(), 1, READ);
                if (Translation.errno(one) != 0) {
                    return done | one;
                }
                done += one;
            }
            return done;
        }

        long unmapPageByPage(long iova, PageSize size, long count) {
            long total = size.bytes() * count;
            long done = 0;
            while (done < total && (done == 0 || !endsBefore(iova + done, size))) {
                long most = rules.partial() == Partial.WHOLE ? Long.MAX_VALUE : total - done;
                long removed = table.removeLeaf(iova + done, most);
                removed = removed == 0 && rules.hole() == Hole.SKIP ? size.bytes() : removed;
                if (removed <= 0) {
                    break;
                }
                done += removed;
            }
            return done;
        }

        List<String> memory() {
            var dump = new ArrayList<String>();
            table.visitTables((level, address) -> {
                long[] entries = table.entries(level, address);
                for (int i = 0; i < entries.length; i++) {
                    if (entries[i] != table.defaultEntry(level)) {
                        dump.add("%d %x %d %x".formatted(level, address, i, entries[i]));
                    }
                }
            });
            return dump;
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void aRunIsItsPages(Configuration c) {
        var random = new Random(SEED);
        var recorder = Machine.recording();
        var single = new Twin(Machine.unrecorded(), c, true);
        var heard = new Twin(Machine.unrecorded(), c, true);
        var silent = new Twin(Machine.unrecorded(), c, false);
        var journaled = new Twin(recorder, c, false);
        List<PageSize> sizes = c.format().pageSizes();
        for (int i = 0; i < 600; i++) {
            PageSize size = sizes.get(Math.max(0, random.nextInt(8) - 5) % sizes.size());
            long near = 40 * sizes.get(random.nextInt(2)).bytes();
            long iova = 0x8000_0000L - near / 2 + random.nextLong(near) & -size.bytes();
            // Often where the address bits of an entry change their place.
            long border = 1L << (random.nextBoolean() ? 44 : 48);
            long pa = (random.nextLong() & border - 1 | (random.nextBoolean() ? border - size.bytes() * 8 : 0))
                    & (1L << c.format().outputBits()) / 2 - 1
                    & -size.bytes();
            long count = random.nextBoolean() ? 1 + random.nextInt(20) : 1 + random.nextInt(600);
            count = Math.min(count, (1L << 30) / size.bytes() + 1);
            String where = "seed %d, operation %d".formatted(SEED, i);
            if (random.nextInt(5) < 3) {
                long expected = single.mapPageByPage(iova, pa, size, count);
                for (Twin twin : List.of(heard, silent, journaled)) {
                    assertThat(twin.table.map(iova, pa, size.bytes(), count, READ))
                            .as(where)
                            .isEqualTo(expected);
                }
            } else {
                long expected = single.unmapPageByPage(iova, size, count);
                for (Twin twin : List.of(heard, silent, journaled)) {
                    assertThat(twin.table.unmap(iova, size.bytes(), count))
                            .as(where)
                            .isEqualTo(expected);
                }
            }
            assertThat(heard.log).as(where).isEqualTo(single.log);
            single.log.clear();
            heard.log.clear();
        }
        assertThat(single.memory()).isNotEmpty();
        for (Twin twin : List.of(heard, silent, journaled)) {
            assertThat(twin.memory()).isEqualTo(single.memory());
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void runsOfOneTableAreAllOrNothing(Configuration c) {
        var twin = new Twin(Machine.unrecorded(), c, true);
        PageSize size = c.format().pageSizes().getFirst();
        long bytes = size.bytes();
        assertThat(twin.table.mapRun(size.level(), 0, 0, 4, READ))
                .as("no table")
                .isFalse();
        twin.table.map(5 * bytes, 0, bytes, 1, READ);
        twin.log.clear();

        assertThat(twin.table.mapRun(size.level(), 0, 0, 6, READ)).isFalse();
        assertThat(twin.log).isEmpty();
        assertThat(twin.table.mapRun(size.level(), 0, 8 * bytes, 5, READ)).isTrue();
        assertThat(twin.log).hasSize(5);
        assertThat(twin.table.translate(4 * bytes + 7)).isEqualTo(12 * bytes + 7);
        assertThat(twin.table.removeRun(size.level(), bytes, 2)).isEqualTo(2);
        assertThat(twin.table.removeRun(size.level(), 3 * bytes, 40)).isEqualTo(3);
        assertThat(twin.table.removeRun(size.level(), bytes, 3)).isZero();
        assertThat(twin.table.mappedBytes()).isEqualTo(bytes);
    }
}
