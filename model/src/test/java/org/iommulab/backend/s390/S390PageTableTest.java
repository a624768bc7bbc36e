package org.iommulab.backend.s390;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.iommulab.backend.s390.S390Warnings.Function;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;

class S390PageTableTest {
    private static final long RAM = 0x8000_0000L;
    private static final long BYTES = 64L << 20;
    private static final long FIRST = 0x1_0000_0000L;
    private static final long LAST = 0x1_ffff_ffffL;
    private static final long PAGE = S390Format.PAGE;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final long SEED = 4_390;
    private static final int EINVAL = 22;

    private final Machine machine = Machine.unrecorded();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, BYTES);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + BYTES);
    private final List<Function> warned = new ArrayList<>();
    private final S390PageTable table = new S390PageTable(memory, frames, FIRST, LAST, TableListener.NONE, warned::add);

    private long entry(long iova) {
        long[] tables = {0, 0, 0};
        table.visitTables((level, address) -> tables[level] = address);
        int index = (int) (iova >>> 12) & 0xff;
        return table.entries(S390Format.LAST, tables[2])[index];
    }

    @Test
    void bytesInMemoryAreBigEndian() {
        table.map(FIRST, 0x1122_3344_5566_7000L, PAGE, 1, RW);

        assertThat(memory.read64(table.base())).isEqualTo(Long.reverseBytes(0x20));
        assertThat(memory.read32(RAM + 0x8000)).isEqualTo(0x44332211);
        assertThat(entry(FIRST)).isEqualTo(0x1122_3344_5566_7000L);
    }

    @Test
    void afterAnUnmapTheAddressStaysAndTheProtectionGoes() {
        for (int prot : new int[] {RW, Prot.READ}) {
            table.map(FIRST, 0x2_7654_3000L, PAGE, 1, prot);
            assertThat(table.unmap(FIRST, PAGE, 1)).isEqualTo(PAGE);
            assertThat(entry(FIRST)).isEqualTo(0x2_7654_3400L);
            assertThat(table.translate(FIRST)).isEqualTo(Translation.NOT_MAPPED);
        }
        assertThat(warned).isEmpty();
    }

    @Test
    void theBordersOfTheAperture() {
        assertThat(table.map(FIRST, 0, PAGE, 1, RW)).isEqualTo(PAGE);
        assertThat(table.map(FIRST - PAGE, 0, PAGE, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.map(LAST + 1 - 2 * PAGE, PAGE, PAGE, 1, RW)).isEqualTo(PAGE);
        // The last page cannot be mapped: its end is compared with the last address.
        assertThat(table.map(LAST + 1 - PAGE, PAGE, PAGE, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.map(LAST + 1, PAGE, PAGE, 1, RW)).isEqualTo(EINVAL);
        assertThat(table.translate(LAST + 1)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.translate(FIRST - 1)).isEqualTo(Translation.NOT_MAPPED);
    }

    @Test
    void readingMustBeAllowed() {
        assertThat(table.map(FIRST, PAGE, PAGE, 1, Prot.WRITE)).isEqualTo(EINVAL);
        assertThat(table.map(FIRST, PAGE, PAGE, 1, Prot.READ)).isEqualTo(PAGE);
    }

    @Test
    void aPageAtAddressZeroCannotBeUnmapped() {
        table.map(FIRST, 0, PAGE, 1, RW);

        assertThat(table.translate(FIRST + 5)).isEqualTo(5);
        assertThat(table.iovaToPhys(FIRST + 5)).isZero();
        assertThat(table.unmap(FIRST, PAGE, 1)).isZero();
    }

    @Test
    void mappingOverAMappingWarnsAndReplacesIt() {
        table.map(FIRST, PAGE, PAGE, 2, RW);
        table.map(FIRST, 8 * PAGE, PAGE, 3, Prot.READ);

        assertThat(warned).containsExactly(Function.VALIDATE_PT_ENTRY, Function.VALIDATE_PT_ENTRY);
        assertThat(table.translate(FIRST + PAGE)).isEqualTo(9 * PAGE);
    }

    @Test
    void unmappingLooksAtTheFirstPageOnlyAndMakesTables() {
        assertThat(table.unmap(FIRST, PAGE, 1)).isZero();
        table.map(FIRST, PAGE, PAGE, 1, RW);
        long before = frames.inUse();

        assertThat(table.unmap(FIRST, 2 << 20, 1)).isEqualTo(2 << 20);

        assertThat(frames.inUse() - before).isEqualTo(2048);
        assertThat(warned).hasSize(511).containsOnly(Function.INVALIDATE_PT_ENTRY);
    }

    @Test
    void oneCallMayCoverManyTables() {
        long bytes = 3L << 30;
        assertThat(table.map(FIRST + (1 << 20), PAGE, bytes, 1, RW)).isEqualTo(bytes);
        assertThat(table.mappedPages()).isEqualTo(bytes / PAGE);
        assertThat(table.unmap(FIRST + (1 << 20), PAGE, bytes / PAGE)).isEqualTo(bytes);
        assertThat(table.mappedPages()).isZero();
    }

    @Test
    void randomOperationsDoWhatAnIntervalMapDoes() {
        var random = new Random(SEED);
        var pages = new MappedPages();
        for (int i = 0; i < 1_000; i++) {
            long iova = FIRST + (random.nextInt(4) << 29) + random.nextInt(300) * PAGE;
            long count = 1 + random.nextInt(40);
            long pa = (1 + random.nextInt(1 << 20)) * PAGE;
            String step = "seed " + SEED + ", step " + i;
            if (random.nextInt(3) == 0) {
                assertThat(table.unmap(iova, PAGE, count))
                        .as(step)
                        .isEqualTo(pages.translate(iova) == Translation.NOT_MAPPED ? 0 : count * PAGE);
                if (pages.translate(iova) != Translation.NOT_MAPPED) {
                    pages.unmap(iova, PAGE, count, true);
                }
            } else {
                assertThat(table.map(iova, pa, PAGE, count, RW)).as(step).isEqualTo(count * PAGE);
                pages.unmap(iova, PAGE, count, true);
                pages.map(iova, pa, PAGE, count, 17);
            }
            long any = FIRST + (random.nextInt(4) << 29) + random.nextInt(340 << 12);
            assertThat(table.translate(any)).as(step).isEqualTo(pages.translate(any));
        }
        assertThat(table.mappedPages() * PAGE).isEqualTo(pages.bytes());
        long used = frames.inUse();
        assertThat(table.free()).isEqualTo(used);
        assertThat(frames.inUse()).isZero();
    }
}
