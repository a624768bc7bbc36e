package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;
import org.junit.jupiter.api.Test;

/** A guest's tables on the host's: the unit alone, without a driver. */
class VtdTwoStagesTest {
    private static final long IOVA = 0x40_0000;
    private static final int RW = 3;
    private static final long ECAP = 0x1c99804f020dfL;

    private final VtdUnitRig rig = new VtdUnitRig(new VtdCaps(0xd2078c106f0466L, ECAP));
    private final VtdPageTable second = rig.second(4);

    VtdTwoStagesTest() {
        // the guest's pages 1 to 4 are tables, 8 is data; none of them lies where the guest thinks
        for (int page = 1; page <= 8; page++) {
            second.map(page * 0x1000L, rig.page(20 - page), 4096, 1, RW);
        }
        write(1, 0, 0x2027);
        write(2, 0, 0x3027);
        write(3, 2, 0x4027);
        write(4, 0, 0x8067);
        write(4, 1, 0x9067);
        rig.on(true).put(VtdPasidEntry.nested(0x1000, false, second.base(), VtdUnitRig.DOMAIN, 2, false, false));
    }

    private void write(int guestPage, int index, long entry) {
        rig.rig.memory.write64(rig.page(20 - guestPage) + index * 8L, entry);
    }

    private List<String> walked() {
        Recording recording = rig.rig.machine.finish();
        return IntStream.rangeClosed(1, recording.length())
                .mapToObj(recording::event)
                .filter(Event.WalkRead.class::isInstance)
                .map(event -> event.term().name())
                .filter(name -> name.startsWith("stage"))
                .toList();
    }

    @Test
    void eachEntryOfStageOneIsLookedForThroughStageTwo() {
        assertThat(rig.ssd.write32(IOVA + 8, 7)).isInstanceOf(Reply.Done.class);
        assertThat(rig.rig.memory.read32(rig.page(12) + 8)).isEqualTo(7);
        assertThat(walked()).hasSize(4 * 4 + 4 + 4);
        assertThat(walked().subList(0, 5))
                .containsExactly(
                        "stage 2, level 4 entry",
                        "stage 2, level 3 entry",
                        "stage 2, level 2 entry",
                        "stage 2, level 1 entry",
                        "stage 1, level 4 entry");
    }

    @Test
    void thePictureHasBothStages() {
        WalkTrace trace = rig.unit.trace(rig.ssd, IOVA, false);
        assertThat(trace.levels().stream().map(WalkTrace.Level::stage).toList())
                .containsExactly(0, 0, 0, 0, 2, 2, 2, 2, 1, 2, 2, 2, 2, 1, 2, 2, 2, 2, 1, 2, 2, 2, 2, 1, 2, 2, 2, 2);
        assertThat(trace.verdict()).isEqualTo(new WalkTrace.Verdict.Reached(rig.page(12), 4096, "rw"));
    }

    @Test
    void whatComesOutIsKeptUnderTheGuestsAddress() {
        rig.ssd.read32(IOVA);
        int reads = walked().size();
        rig.ssd.read32(IOVA + 4);
        assertThat(walked()).hasSize(reads);
    }

    @Test
    void stageTwoSaysWhereAStageOneLeafMayGo() {
        assertThat(rig.ssd.read32(IOVA + 0x1000)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.fault(0))
                .contains(new VtdFault(
                        VtdUnitRig.SSD, IOVA + 0x1000, VtdReason.SM_SECOND_LEVEL_PERMISSION.number(), false));
    }

    /** The addresses of a second-level invalidation are the guest's physical ones: no nested translation can be told apart. */
    @Test
    void aSecondLevelInvalidationDropsAllThatWentThroughBoth() {
        rig.ssd.read32(IOVA);
        int reads = walked().size();
        rig.send(VtdDescriptor.iotlb(rig.caps, VtdDescriptor.PAGES, VtdUnitRig.DOMAIN, 0x7000, 0, true));
        rig.ssd.read32(IOVA);
        assertThat(walked()).hasSizeGreaterThan(reads);
    }

    @Test
    void aTableThatTheHostHasTakenAwayCannotBeRead() {
        second.unmap(0x3000, 4096, 1);
        assertThat(rig.ssd.read32(IOVA)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.fault(0))
                .contains(new VtdFault(VtdUnitRig.SSD, IOVA, VtdReason.SM_NESTED_ENTRY.number(), false));
    }

    @Test
    void requestsWithPasidsAreRefusedWhereTheContextEntryDoesNotLetThemIn() {
        assertThat(rig.ssd.read32(IOVA, 5)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.fault(0))
                .contains(new VtdFault(VtdUnitRig.SSD, IOVA, VtdReason.SM_PASIDS_OFF.number(), false, 5));
    }
}
