package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;

/** The search for a free range, as drivers/iommu/iova.c makes it; pages of 4 KiB. */
class IovaTreeTest {
    private static final long LAST_OF_32_BITS = 0xfffff;
    private static final long LAST_OF_48_BITS = 0xf_ffff_ffffL;

    private final IovaTree tree = new IovaTree(Machine.unrecorded());

    IovaTreeTest() {
        tree.start(1, 12);
    }

    private long take(long pages) {
        return tree.allocate(pages, LAST_OF_32_BITS);
    }

    @Test
    void rangesAreTakenFromTheTopAndAlignedToTheirSize() {
        assertThat(take(1)).isEqualTo(0xfffff);
        assertThat(take(1)).isEqualTo(0xffffe);
        assertThat(take(2)).isEqualTo(0xffffc);
        assertThat(take(33)).isEqualTo(0xfffc0);
    }

    @Test
    void whatAlignmentLeftFreeIsNotFoundUntilTheSearchBeginsAnew() {
        assertThat(take(1)).isEqualTo(0xfffff);
        assertThat(take(4)).isEqualTo(0xffff8);
        assertThat(take(1)).isEqualTo(0xffff7);
        tree.free(0xfffff);
        assertThat(take(1)).isEqualTo(0xfffff);
        assertThat(take(1)).isEqualTo(0xffffe);
    }

    @Test
    void theSearchIsRepeatedFromTheTopWhenItComesToTheBottom() {
        assertThat(take(1)).isEqualTo(0xfffff);
        assertThat(take(4)).isEqualTo(0xffff8);
        tree.reserve(0, 0xffff7);
        assertThat(take(1)).isEqualTo(0xffffe);
    }

    @Test
    void fromWhatWasFreedTheSearchBeginsAgain() {
        assertThat(tree.allocate(0x80000, LAST_OF_32_BITS)).isEqualTo(0x80000);
        assertThat(tree.allocate(0x40000, LAST_OF_32_BITS)).isEqualTo(0x40000);
        tree.free(0x80000);
        assertThat(tree.allocate(0x80000, LAST_OF_32_BITS)).isEqualTo(0x80000);
    }

    @Test
    void aSizeThatWasNotThereIsRefusedUntilSomethingBelowFourGibIsFreed() {
        tree.reserve(0, 0x7ffff);
        tree.reserve(0xf0000, 0xfffff);
        assertThat(take(0x80000)).isZero();
        assertThat(take(0x80000)).isZero();
        assertThat(take(0x40000)).isEqualTo(0x80000);
        tree.free(0xf0000);
        tree.free(0x80000);
        assertThat(take(0x80000)).isEqualTo(0x80000);
    }

    @Test
    void aboveFourGibTheSearchHasAPlaceOfItsOwn() {
        assertThat(tree.allocate(1, LAST_OF_48_BITS)).isEqualTo(LAST_OF_48_BITS);
        assertThat(take(1)).isEqualTo(0xfffff);
        assertThat(tree.allocate(1, LAST_OF_48_BITS)).isEqualTo(LAST_OF_48_BITS - 1);
    }

    @Test
    void reservedRangesMayOverlap() {
        tree.reserve(0xffff0, 0xffff7);
        tree.reserve(0xffff4, 0xffffb);
        tree.reserve(0xfffe8, 0xffffd);
        assertThat(take(1)).isEqualTo(0xfffff);
        assertThat(take(1)).isEqualTo(0xffffe);
        assertThat(take(1)).isEqualTo(0xfffe7);
    }

    @Test
    void pageZeroIsNeverTaken() {
        assertThat(tree.allocate(1, 1)).isEqualTo(1);
        assertThat(tree.allocate(1, 1)).isZero();
    }
}
