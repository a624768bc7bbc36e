package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.riscv.RiscvRig.RW;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.junit.jupiter.api.Test;

/** What the driver's own mapping and unmapping does in the cases that the format leaves open. */
class RiscvPageTableTest {
    private static final int M2 = 1 << 21;
    private static final int ENOMEM = 12;

    private final RiscvRig rig = new RiscvRig();
    private final List<Long> freed = new ArrayList<>();
    private final RiscvPageTable table =
            new RiscvPageTable(rig.memory, rig.frames, new RiscvFormat(4, false), new TableListener() {
                @Override
                public void entryWritten(int level, long address, long value) {}

                @Override
                public void tableAllocated(int level, long address, long bytes) {}

                @Override
                public void tableFreed(int level, long address, long bytes) {
                    freed.add(address);
                }
            });

    @Test
    void aPageOverwritesOneOfItsSize() {
        table.map(0x1000, 0x5000, 4096, 1, RW);
        assertThat(table.map(0x1000, 0x9000, 4096, 1, RW)).isEqualTo(4096);
        assertThat(table.translate(0x1000)).isEqualTo(0x9000);
    }

    @Test
    void aPageInsideALargerOneIsRefused() {
        table.map(0, 0, M2, 1, RW);
        assertThat(table.map(0x1000, 0x9000, 4096, 1, RW)).isEqualTo(ENOMEM);
        assertThat(table.translate(0x1000)).isEqualTo(0x1000);
    }

    @Test
    void aLargePageTakesThePlaceOfATable() {
        table.map(0x1000, 0x5000, 4096, 1, RW);
        long leaf = rig.memory.read64(table.base()) >>> 10 << 12;
        long two = rig.memory.read64(leaf) >>> 10 << 12;
        long three = rig.memory.read64(two) >>> 10 << 12;
        long inUse = rig.frames.inUse();

        assertThat(table.map(0, M2, M2, 1, RW)).isEqualTo(M2);

        assertThat(table.hasReplaced()).isTrue();
        assertThat(freed).isEmpty();
        assertThat(rig.memory.read64(three + 8)).as("cleared at once").isZero();
        table.giveBack();
        assertThat(freed).containsExactly(three);
        assertThat(table.hasReplaced()).isFalse();
        assertThat(rig.frames.inUse()).isEqualTo(inUse - 4096);
        assertThat(table.translate(0x1234)).isEqualTo(M2 + 0x1234);
    }

    @Test
    void aLargePageGoesAsAWhole() {
        table.map(M2, 0, M2, 1, RW);
        assertThat(table.unmap(M2 + 0x1000, 4096, 1)).as("a part").isZero();
        assertThat(table.unmap(M2, 4096, 1)).as("by its first part").isEqualTo(M2);
        assertThat(table.translate(M2)).isEqualTo(Translation.NOT_MAPPED);
    }

    @Test
    void aHoleEndsAnUnmap() {
        table.map(0, 0x5000, 4096, 2, RW);
        table.map(0x3000, 0x9000, 4096, 1, RW);
        assertThat(table.unmap(0, 4096, 4)).isEqualTo(0x2000);
        assertThat(table.translate(0x3000)).isEqualTo(0x9000);
        assertThat(freed).as("empty tables stay").isEmpty();
    }

    /** Each page as one call of iommu_iotlb_gather_add_page; the second page still stands when the first of its size is told. */
    @Test
    void pagesInARowGoTogetherUpToTheEndOfATable() {
        table.map(M2 - 0x3000, 0x5000, 4096, 3, RW);
        table.map(M2, 4 * M2, M2, 1, RW);
        table.map(2 * M2, 0x9000, 4096, 2, RW);
        table.map(2 * M2 + 0x3000, 0x9000, 4096, 1, RW);
        var told = new ArrayList<String>();
        long done = table.unmap(M2 - 0x3000, 4096, 2048, new PageGather() {
            @Override
            public boolean isQueued() {
                return false;
            }

            @Override
            public void add(long iova, long pageBytes, int count) {
                boolean nextStands = table.translate(iova + count * pageBytes) != Translation.NOT_MAPPED;
                told.add("%x %x*%d%s".formatted(iova, pageBytes, count, nextStands ? " next stands" : ""));
            }
        });
        assertThat(done).isEqualTo(0x3000 + M2 + 0x2000);
        assertThat(told)
                .containsExactly(
                        "1fd000 1000*1 next stands",
                        "1fe000 1000*2 next stands",
                        "200000 200000*1 next stands",
                        "400000 1000*1 next stands",
                        "401000 1000*1");
        assertThat(table.radix().mappedBytes()).as("the page after the hole").isEqualTo(4096);
    }
}
