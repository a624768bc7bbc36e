package org.iommulab.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;

/** What must hold for every page table of a 32-bit driver, whatever its format. */
public final class TableProbe {
    private static final long SEED = 20_250_704;
    private static final long SPACE = 1L << 32;
    private static final int OPERATIONS = 1000;
    private static final int RW = Prot.READ | Prot.WRITE;

    /** What a driver's calls should do to the mappings, in the plainest form. */
    public interface Expected {
        /** Bytes mapped, and errno in the low bits. */
        long map(MappedPages pages, long iova, long pa, long bytes, long count);

        long unmap(MappedPages pages, long iova, long bytes, long count);
    }

    private final Machine machine = Machine.unrecorded();
    public final PhysicalMemory memory = new PhysicalMemory(machine, 0x8000_0000L, 64 << 20);
    public final FrameAllocator frames = new FrameAllocator(machine, 0x8000_0000L, 0x8400_0000L);

    public Machine machine() {
        return machine;
    }

    /** Every size, at the ends and in the middle of the address space, to the top of the output addresses. */
    public void everySizeAtEveryBorder(Translation table, TableFormat format, List<Long> sizes) {
        for (long bytes : sizes) {
            long top = (1L << format.outputBits()) - bytes;
            for (long iova : new long[] {0, bytes, SPACE / 2 - bytes, SPACE / 2, SPACE - bytes}) {
                assertThat(table.map(iova, top, bytes, 1, RW)).as("0x%x", iova).isEqualTo(bytes);
                assertThat(table.translate(iova)).isEqualTo(top);
                assertThat(table.translate(iova + bytes - 1)).isEqualTo(top + bytes - 1);
                assertThat(table.unmap(iova, bytes, 1)).isEqualTo(bytes);
                assertThat(table.translate(iova)).isEqualTo(Translation.NOT_MAPPED);
                assertThat(table.translate(iova + bytes - 1)).isEqualTo(Translation.NOT_MAPPED);
            }
        }
        table.free();
        assertThat(frames.inUse()).isZero();
    }

    /** Random operations agree with the interval map, and all memory comes back. */
    public void agreesWithTheIntervalMap(Translation table, RadixTable radix, List<Long> sizes, Expected expected) {
        var random = new Random(SEED);
        var pages = new MappedPages();
        long outputs = 1L << radix.format().outputBits();
        long biggest = sizes.getLast();
        for (int i = 0; i < OPERATIONS; i++) {
            long bytes = sizes.get(Math.min(random.nextInt(5), sizes.size() - 1));
            // Across the borders of directory entries; often in the smaller window, where things meet.
            long window = random.nextInt(3) > 0 ? 64 * bytes : 4 * Math.max(biggest, 4 << 20);
            long iova = 0x8000_0000L - window / 2 + (random.nextLong() & window - 1) & -bytes;
            long count = 1 + random.nextInt(20);
            long pa = (random.nextLong() & outputs - 1) % (outputs - bytes * count) & -bytes;
            String where = "seed %d, operation %d at 0x%x".formatted(SEED, i, iova);
            if (random.nextInt(5) < 3) {
                assertThat(table.map(iova, pa, bytes, count, RW))
                        .as(where)
                        .isEqualTo(expected.map(pages, iova, pa, bytes, count));
            } else {
                assertThat(table.unmap(iova, bytes, count))
                        .as(where)
                        .isEqualTo(expected.unmap(pages, iova, bytes, count));
            }
            for (int look = 0; look < 8; look++) {
                long at = iova + random.nextLong(bytes * 24) - bytes * 2;
                assertThat(table.translate(at))
                        .as("%s, look at 0x%x", where, at)
                        .isEqualTo(pages.translate(at));
            }
            if (i % 100 == 0) {
                memory.raiseGeneration();
            }
        }
        assertThat(radix.mappedBytes()).isEqualTo(pages.bytes());
        pages.pages().forEach((iova, page) -> {
            assertThat(table.translate(iova)).isEqualTo(page.pa());
            assertThat(table.unmap(iova, page.bytes(), 1)).isEqualTo(page.bytes());
        });
        assertThat(radix.mappedBytes()).isZero();
        long inUse = frames.inUse();
        assertThat(table.free()).isEqualTo(inUse);
        assertThat(frames.inUse()).isZero();
    }

    /** Walks over random words never throw. */
    public void randomWordsNeverThrow(TableFormat format) {
        var random = new Random(SEED);
        for (long at = memory.base(); at < memory.base() + (1 << 16); at += 4) {
            // Often a pointer to somewhere near.
            int word = random.nextInt();
            memory.write32(at, random.nextBoolean() ? word : word & 0xffff | (int) memory.base());
        }
        var names =
                IntStream.range(0, format.levels()).mapToObj(l -> "level " + l).toList();
        var walker = new RadixWalker(memory, format, names);
        for (int i = 0; i < 20_000; i++) {
            long base = random.nextInt(8) == 0 ? random.nextLong() & -4 : memory.base();
            assertThat(walker.look(base, random.nextLong())).isNotNull();
        }
    }

    /** The sizes of a format, ascending. */
    public static List<Long> sizes(TableFormat format) {
        return format.pageSizes().stream().map(PageSize::bytes).sorted().toList();
    }
}
