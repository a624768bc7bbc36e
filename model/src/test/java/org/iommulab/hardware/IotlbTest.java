package org.iommulab.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;

class IotlbTest {
    private final Machine machine = Machine.unrecorded();

    @Test
    void findsAPageByAnyAddressInItAndByItsAttributes() {
        var tlb = new Iotlb(machine, 1, 4, 12);
        tlb.fill(0x12_3456, 0x800_0000, 0x10000, 7);

        int slot = tlb.find(0x12_ffff);
        assertThat(tlb.translate(slot, 0x12_ffff)).isEqualTo(0x800_ffff);
        assertThat(tlb.input(slot)).isEqualTo(0x12_0000);
        assertThat(tlb.find(0x13_0000)).isEqualTo(Iotlb.MISS);
        assertThat(tlb.find(0x12_0000, 3, 3)).isEqualTo(slot);
        assertThat(tlb.find(0x12_0000, 3, 1)).isEqualTo(Iotlb.MISS);
    }

    @Test
    void aFullSetReplacesInTurn() {
        var tlb = new Iotlb(machine, 1, 2, 12);
        for (int page = 1; page <= 3; page++) {
            tlb.fill(page * 0x1000L, page, 0x1000, 0);
        }
        assertThat(tlb.find(0x1000)).isEqualTo(Iotlb.MISS);
        tlb.fill(0x4000, 4, 0x1000, 0);
        assertThat(tlb.find(0x2000)).isEqualTo(Iotlb.MISS);
        assertThat(tlb.find(0x3000)).isNotEqualTo(Iotlb.MISS);
    }

    @Test
    void aSetIsChosenByTheAccessedAddressNotByThePage() {
        var tlb = new Iotlb(machine, 4, 1, 12);
        tlb.fill(0x10_0000, 0, 0x100000, 0);
        tlb.fill(0x10_1000, 0, 0x100000, 0);

        assertThat(tlb.find(0x10_0004)).isNotEqualTo(tlb.find(0x10_1004));
        assertThat(tlb.find(0x10_2000)).isEqualTo(Iotlb.MISS);
        assertThat(tlb.flush(0x10_0000)).isOne();
        assertThat(tlb.find(0x10_1000)).isNotEqualTo(Iotlb.MISS);
        assertThat(tlb.flushAll()).isOne();
    }

    @Test
    void dropsARangeOrWhatHasTheSameTag() {
        var tlb = new Iotlb(machine, 1, 8, 12);
        for (int page = 0; page < 4; page++) {
            tlb.fill(page * 0x1000L, 0, 0x1000, page & 1);
        }
        assertThat(tlb.flushRange(0x1000, 0x1fff)).isOne();
        assertThat(tlb.flushMatching(1, 0)).isEqualTo(2);
        assertThat(tlb.used()).hasSize(1);
    }
}
