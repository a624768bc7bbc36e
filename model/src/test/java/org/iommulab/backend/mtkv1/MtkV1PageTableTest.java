package org.iommulab.backend.mtkv1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.iommulab.backend.TableEvents;
import org.iommulab.backend.mtkv1.MtkV1PageTable.Occupied;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MtkV1PageTableTest {
    private static final long RAM = 0xBE40_0000L;
    private static final long BYTES = 16L << 20;
    private static final long PAGE = MtkV1Format.PAGE;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final long SEED = 27_011;

    private final Machine machine = Machine.unrecorded();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, BYTES);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + BYTES);

    private MtkV1PageTable table(Occupied occupied) {
        return new MtkV1PageTable(memory, frames, occupied, TableListener.NONE);
    }

    @Test
    void theWorkedExampleInMemory() {
        var table = table(Occupied.TAKE_BACK);
        table.map(0x12_3000, 0x8ABC_D000L, PAGE, 1, 0);

        assertThat(memory.read32(0xBE40_048CL)).isEqualTo(0x8ABCD00A);
        assertThat(table.iovaToPhys(0x12_3456)).isEqualTo(0x8ABC_D000L);
        assertThat(table.translate(0x12_3456)).isEqualTo(0x8ABC_D456L);
    }

    @Test
    void whatIsInTheWayTakesBackThePagesBeforeIt() {
        var table = table(Occupied.TAKE_BACK);
        table.map(0x5000, 0x1000, PAGE, 1, 0);

        assertThat(table.map(0x3000, 0x80_0000, PAGE, 4, 0)).isEqualTo(EEXIST);
        assertThat(table.translate(0x3000)).isEqualTo(Translation.NOT_MAPPED);
        assertThat(table.translate(0x5000)).isEqualTo(0x1000);
        assertThat(table.mappedPages()).isEqualTo(1);
    }

    @Test
    void laterKernelsKeepThem() {
        var table = table(Occupied.KEEP);
        table.map(0x5000, 0x1000, PAGE, 1, 0);

        assertThat(table.map(0x3000, 0x80_0000, PAGE, 4, 0)).isEqualTo(2 * PAGE | EEXIST);
        assertThat(table.translate(0x4000)).isEqualTo(0x80_1000);
        assertThat(table.mappedPages()).isEqualTo(3);
    }

    @Test
    void takingBackIsSeenEntryByEntry() {
        var recorded = Machine.recording();
        var ram = new PhysicalMemory(recorded, RAM, BYTES);
        var domain = new SimObject(recorded) {
            @Override
            public String label() {
                return "domain";
            }
        };
        var table = new MtkV1PageTable(
                ram,
                new FrameAllocator(recorded, RAM, RAM + BYTES),
                Occupied.TAKE_BACK,
                new TableEvents(domain, java.util.List.of("table")));
        table.map(0x5000, 0x1000, PAGE, 1, 0);
        int before = recorded.steps();

        table.map(0x3000, 0x80_0000, PAGE, 4, 0);

        assertThat(Words.since(recorded, before))
                .extracting(e -> ((Event.TableWrite) e).value())
                .containsExactly(0x80_000AL, 0x80_100AL, 0L, 0L);
    }

    @Test
    void theBordersOfTheTable() {
        var table = table(Occupied.TAKE_BACK);
        assertThat(table.map(0, 0xFFFF_F000L, PAGE, 1, 0)).isEqualTo(PAGE);
        assertThat(table.map(0xFFFF_F000L, 0, PAGE, 1, 0)).isEqualTo(PAGE);
        assertThat(table.map(0xFFFF_E000L, 0, PAGE, 3, 0)).isEqualTo(EINVAL);
        assertThat(table.unmap(0xFFFF_F000L, PAGE, 2)).isZero();
        assertThat(table.translate(0)).isEqualTo(0xFFFF_F000L);
        assertThat(table.translate(0xFFFF_FFFFL)).isEqualTo(0xFFF);
    }

    @ParameterizedTest
    @EnumSource
    void randomOperationsDoWhatAnIntervalMapDoes(Occupied occupied) {
        var table = table(occupied);
        var random = new Random(SEED);
        var pages = new MappedPages();
        for (int i = 0; i < 1_000; i++) {
            long iova = ((long) random.nextInt(4) << 30) + random.nextInt(300) * PAGE;
            int count = 1 + random.nextInt(40);
            long pa = random.nextInt(1 << 20) * PAGE & 0x7fff_ffffL;
            String step = "seed " + SEED + ", step " + i;
            if (random.nextInt(3) == 0) {
                assertThat(table.unmap(iova, PAGE, count)).as(step).isEqualTo(count * PAGE);
                pages.unmap(iova, PAGE, count, true);
            } else {
                long wanted = pages.map(iova, pa, PAGE, count, EEXIST);
                if (Translation.errno(wanted) != 0 && occupied == Occupied.TAKE_BACK) {
                    pages.unmap(iova, PAGE, Translation.mappedBytes(wanted) / PAGE, true);
                    wanted = EEXIST;
                }
                assertThat(table.map(iova, pa, PAGE, count, 0)).as(step).isEqualTo(wanted);
            }
            long any = ((long) random.nextInt(4) << 30) + random.nextInt(340 << 12);
            assertThat(table.translate(any)).as(step).isEqualTo(pages.translate(any));
        }
        assertThat(table.mappedPages() * PAGE).isEqualTo(pages.bytes());
        assertThat(table.free()).isEqualTo(4 << 20);
        assertThat(frames.inUse()).isZero();
    }
}
