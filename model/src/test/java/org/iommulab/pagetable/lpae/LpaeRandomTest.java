package org.iommulab.pagetable.lpae;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page table does what an interval map does, as long as it is used as the core uses it. */
class LpaeRandomTest {
    private static final long SEED = 39_40;
    private static final int OPERATIONS = 1000;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EEXIST = 17;
    private static final long RAM = 0x8000_0000L;
    private static final long BYTES = 256L << 20;

    private final Machine machine = Machine.unrecorded();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, BYTES);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + BYTES);
    private final MappedPages model = new MappedPages();
    private final Random random = new Random(SEED);

    private LpaePageTable table(LpaeFormat format) {
        return new LpaePageTable(memory, frames, format, LpaeTlb.NONE, TableListener.NONE);
    }

    private static long firstInput(LpaeFormat format) {
        return format.config().has(LpaeQuirk.ARM_TTBR1) ? -1L << format.config().inputBits() : 0;
    }

    @ParameterizedTest
    @MethodSource("org.iommulab.pagetable.lpae.LpaeConfigs#formats")
    void agreesWithAnIntervalMap(LpaeFormat format) {
        LpaePageTable table = table(format);
        for (int i = 0; i < OPERATIONS; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            switch (random.nextInt(5)) {
                case 0, 1 -> map(table, where);
                case 2 -> unmapRun(table, where);
                case 3 -> unmapPart(table, where);
                default -> look(table, input(format, format.granule()), where);
            }
            if (i % 100 == 0) {
                memory.raiseGeneration();
            }
        }
        assertThat(table.radix().mappedBytes()).isEqualTo(model.bytes());
        model.pages().forEach((iova, page) -> {
            assertThat(table.translate(iova)).isEqualTo(page.pa());
            assertThat(table.translate(iova + page.bytes() - 1)).isEqualTo(page.pa() + page.bytes() - 1);
            assertThat(table.unmap(iova, page.bytes(), 1)).isEqualTo(page.bytes());
        });
        assertThat(table.radix().mappedBytes()).isZero();
        long inUse = frames.inUse();
        assertThat(table.free()).isEqualTo(inUse);
        assertThat(frames.inUse()).isZero();
    }

    /** Near one of a few borders between tables, so that pages of all sizes meet. */
    private long input(LpaeFormat format, long bytes) {
        List<PageSize> sizes = format.pageSizes();
        long spread = 24 * sizes.get(random.nextInt(sizes.size())).bytes();
        int bits = format.config().inputBits();
        long space = 1L << bits;
        long border = random.nextBoolean() ? space / 2 : space / 4;
        long offset = border + random.nextLong(Math.min(spread, border)) - Math.min(spread, border) / 2;
        return firstInput(format) + (offset & -bytes);
    }

    private static boolean fits(LpaeFormat format, long last) {
        return last >> format.config().inputBits()
                == firstInput(format) >> format.config().inputBits();
    }

    private void map(LpaePageTable table, String where) {
        LpaeFormat format = table.format();
        PageSize size = format.pageSizes().get(random.nextInt(format.pageSizes().size()));
        long iova = input(format, size.bytes());
        long most = 1L << format.config().outputBits();
        int count = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(20);
        long pa = random.nextLong(most) & -size.bytes();
        long pages = Math.min(count, format.entriesLeft(size.level(), iova));
        if (!fits(format, iova + pages * size.bytes() - 1)) {
            return;
        }
        boolean free = model.isFree(iova, pages * size.bytes());
        if (pa + count * size.bytes() > most || !free && !hasBigger(iova, size.bytes())) {
            return;
        }
        long expected = free ? model.map(iova, pa, size.bytes(), pages, EEXIST) : EEXIST;
        assertThat(table.map(iova, pa, size.bytes(), count, RW)).as(where).isEqualTo(expected);
        look(table, iova, where);
    }

    /** Whether the first page meets one of its size or a bigger one, so that nothing gives way. */
    private boolean hasBigger(long iova, long bytes) {
        return model.atOrBefore(iova)
                .filter(p -> p.getValue().bytes() >= bytes
                        && iova < p.getKey() + p.getValue().bytes())
                .isPresent();
    }

    private void unmapRun(LpaePageTable table, String where) {
        var near = model.atOrBefore(input(table.format(), 1));
        if (near.isEmpty()) {
            return;
        }
        long iova = near.get().getKey();
        long bytes = near.get().getValue().bytes();
        int level = table.format().levelOf(bytes);
        int most = Math.min(1 + random.nextInt(20), table.format().entriesLeft(level, iova));
        int count = 1;
        while (count < most && isPage(iova + count * bytes, bytes)) {
            count++;
        }
        assertThat(table.unmap(iova, bytes, count)).as(where).isEqualTo(count * bytes);
        assertThat(model.unmap(iova, bytes, count, false)).isEqualTo(count * bytes);
        look(table, iova, where);
    }

    private boolean isPage(long iova, long bytes) {
        return model.atOrBefore(iova)
                .filter(p -> p.getKey() == iova && p.getValue().bytes() == bytes)
                .isPresent();
    }

    /** Splits a block. */
    private void unmapPart(LpaePageTable table, String where) {
        List<PageSize> sizes = table.format().pageSizes();
        var near = model.atOrBefore(input(table.format(), 1));
        if (near.isEmpty() || near.get().getValue().bytes() == sizes.getFirst().bytes()) {
            return;
        }
        long block = near.get().getKey();
        MappedPages.Page whole = near.get().getValue();
        List<PageSize> smaller =
                sizes.stream().filter(s -> s.bytes() < whole.bytes()).toList();
        long bytes = smaller.get(random.nextInt(smaller.size())).bytes();
        long hole = block + (random.nextLong(whole.bytes()) & -bytes);

        assertThat(table.unmap(hole, bytes, 1)).as(where).isEqualTo(bytes);

        model.unmap(block, whole.bytes(), 1, false);
        mapAround(block, whole.pa(), whole.bytes(), hole, bytes, sizes);
        look(table, hole, where);
    }

    private void mapAround(long from, long pa, long bytes, long hole, long holeBytes, List<PageSize> sizes) {
        if (bytes == holeBytes) {
            return;
        }
        long part = sizes.stream()
                .mapToLong(PageSize::bytes)
                .filter(b -> b < bytes)
                .max()
                .orElseThrow();
        for (long at = 0; at < bytes; at += part) {
            if (hole < from + at || hole >= from + at + part) {
                model.map(from + at, pa + at, part, 1, EEXIST);
            } else {
                mapAround(from + at, pa + at, part, hole, holeBytes, sizes);
            }
        }
    }

    private void look(LpaePageTable table, long near, String where) {
        for (int i = 0; i < 8; i++) {
            long at = near
                    + random.nextLong(24 * table.format().granule())
                    - 2 * table.format().granule();
            assertThat(table.translate(at)).as("%s, look at 0x%x", where, at).isEqualTo(model.translate(at));
        }
    }

    @ParameterizedTest
    @MethodSource("org.iommulab.pagetable.lpae.LpaeConfigs#formats")
    void mapsAndUnmapsEverySizeAtBothEnds(LpaeFormat format) {
        LpaePageTable table = table(format);
        long first = firstInput(format);
        long space = 1L << format.config().inputBits();
        for (PageSize size : format.pageSizes()) {
            long bytes = size.bytes();
            long pa = (1L << format.config().outputBits()) - bytes;
            for (long iova : new long[] {0, bytes, space / 2 - bytes, space - bytes}) {
                if (iova + bytes > space || pa < 0) {
                    continue;
                }
                assertThat(table.map(first + iova, pa, bytes, 1, RW)).isEqualTo(bytes);
                assertThat(table.translate(first + iova)).isEqualTo(pa);
                assertThat(table.translate(first + iova + bytes - 1)).isEqualTo(pa + bytes - 1);
                assertThat(table.unmap(first + iova, bytes, 1)).isEqualTo(bytes);
                assertThat(table.translate(first + iova)).isEqualTo(Translation.NOT_MAPPED);
            }
        }
        table.free();
        assertThat(frames.inUse()).isZero();
    }
}
