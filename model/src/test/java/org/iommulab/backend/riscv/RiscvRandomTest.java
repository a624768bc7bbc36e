package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.riscv.RiscvRig.RW;

import java.util.Random;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables do what an interval map does, and the unit's walk finds what the driver has mapped. */
class RiscvRandomTest {
    private static final long SEED = 1_0;
    private static final int OPERATIONS = 1000;

    private final RiscvRig rig = new RiscvRig(Machine.unrecorded(), RiscvCaps.QEMU, RiscvLayout.OFF, 3);
    private final MappedPages model = new MappedPages();
    private final Random random = new Random(SEED);

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void aTableAgreesWithAnIntervalMap(int levels) {
        var format = new RiscvFormat(levels, false);
        var frames = new FrameAllocator(rig.machine, RiscvRig.RAM, RiscvRig.RAM + RiscvRig.BYTES);
        var table = new RiscvPageTable(rig.memory, frames, format, TableListener.NONE);
        for (int i = 0; i < OPERATIONS; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            switch (random.nextInt(5)) {
                case 0, 1 -> map(table, format, where);
                case 2, 3 -> unmap(table, format, where);
                default -> look(table, format, input(1, format), where);
            }
            if (i % 100 == 0) {
                rig.memory.raiseGeneration();
            }
        }
        assertThat(table.radix().mappedBytes()).isEqualTo(model.bytes());
        model.pages().forEach((iova, page) -> {
            look(table, format, iova, "at the end");
            look(table, format, iova + page.bytes() - 1, "at the end");
            assertThat(table.unmap(iova, page.bytes(), 1)).isEqualTo(page.bytes());
            assertThat(table.translate(iova)).isEqualTo(Translation.NOT_MAPPED);
        });
        long inUse = frames.inUse();
        assertThat(table.free()).isEqualTo(inUse);
        assertThat(frames.inUse()).isZero();
    }

    /** In the lower half, as the driver's aperture is; often near the borders of tables, and at its very end. */
    private long input(long bytes, RiscvFormat format) {
        int bits = format.inputBits() - 1;
        long space = 1L << bits;
        int border = 21 + 9 * random.nextInt(format.levels() - 1);
        long near = random.nextLong(1L << 24) - (1L << 23) + (1L << Math.min(border, bits));
        long iova = random.nextInt(4) == 0 ? random.nextLong(space) : near;
        return iova & space - 1 & -bytes;
    }

    private void map(RiscvPageTable table, RiscvFormat format, String where) {
        var sizes = format.pageSizes();
        long bytes = sizes.get(random.nextInt(Math.min(3, sizes.size()))).bytes();
        long iova = input(bytes, format);
        int count = 1 + random.nextInt(bytes > 0x1000 ? 2 : 8);
        long length = bytes * count;
        if (iova + length > 1L << format.inputBits() - 1 || !model.isFree(iova, length)) {
            return;
        }
        long pa = random.nextLong(1L << 55) & -bytes;
        assertThat(model.map(iova, pa, bytes, count, 0)).isEqualTo(length);
        assertThat(table.map(iova, pa, bytes, count, RW)).as(where).isEqualTo(length);
        table.giveBack();
        look(table, format, iova, where);
        look(table, format, iova + length - 1, where);
    }

    private void unmap(RiscvPageTable table, RiscvFormat format, String where) {
        var near = model.atOrBefore(input(1, format));
        if (near.isPresent()) {
            long iova = near.get().getKey();
            long bytes = near.get().getValue().bytes();
            assertThat(table.unmap(iova, random.nextBoolean() ? bytes : 4096, 1))
                    .as(where)
                    .isEqualTo(bytes);
            assertThat(model.unmap(iova, bytes, 1, false)).isEqualTo(bytes);
            look(table, format, iova, where);
        }
    }

    private void look(RiscvPageTable table, RiscvFormat format, long iova, String where) {
        long expected = model.translate(iova);
        assertThat(table.translate(iova)).as("%s, 0x%x", where, iova).isEqualTo(expected);
        var found = new RiscvWalk(rig.memory).walk(format, table.base(), iova, true, false, RiscvWalk.Step.SILENT);
        if (expected == Translation.NOT_MAPPED) {
            assertThat(found).as("%s, 0x%x", where, iova).isInstanceOf(RiscvWalk.PageFault.class);
        } else {
            assertThat(found)
                    .as("%s, 0x%x", where, iova)
                    .isInstanceOfSatisfying(
                            RiscvWalk.Leaf.class,
                            leaf -> assertThat(leaf.output(iova)).isEqualTo(expected));
        }
    }
}
