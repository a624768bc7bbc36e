package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The initcall's registers, the interrupt handler's, and what breaks without which callback. */
class AmdInitTest {
    private static final String SSD = "0000:01:00.0";

    /** Register writes of the initcall until the core hears of the unit, less those that change nothing. */
    private static List<String> early(String kernel) {
        PlayedRun run = AmdRuns.play("boot-and-dma", kernel);
        List<String> writes = AmdRuns.registers(run, 0);
        int off = 12 + 4;
        return writes.subList(off, writes.indexOf("CMD_TAIL<-30"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1..p5", "6.3", "6.4", "6.7"})
    void theUnitIsSwitchedOnInTheDriversOrder(String kernel) {
        assertThat(early(kernel))
                .containsExactly(
                        "CONTROL<-400",
                        "CONTROL<-480",
                        "DEV_TABLE<-11000f",
                        "CMD_BUF<-900000000121000",
                        "CONTROL<-480",
                        "CMD_HEAD<-0",
                        "CMD_TAIL<-0",
                        "CONTROL<-1480",
                        "EVT_BUF<-900000000123000",
                        "EVT_HEAD<-0",
                        "EVT_TAIL<-0",
                        "CONTROL<-1484",
                        "CONTROL<-1485",
                        "CMD_TAIL<-10",
                        "CMD_TAIL<-20",
                        "CONTROL<-11485");
    }

    @Test
    void laterTheEventLogComesAfterTheUnitIsOn() {
        assertThat(early("6.12"))
                .containsExactly(
                        "CONTROL<-400",
                        "CONTROL<-480",
                        "DEV_TABLE<-11000f",
                        "CMD_BUF<-900000000121000",
                        "CONTROL<-480",
                        "CMD_HEAD<-0",
                        "CMD_TAIL<-0",
                        "CONTROL<-1480",
                        "CONTROL<-11480",
                        "CONTROL<-11481",
                        "CMD_TAIL<-10",
                        "CMD_TAIL<-20",
                        "EVT_BUF<-900000000123000",
                        "EVT_HEAD<-0",
                        "EVT_TAIL<-0",
                        "CONTROL<-11485");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.7", "6.12"})
    void atTheEndAllOtherEntriesRefuseAndTheInterruptIsOn(String kernel) {
        PlayedRun run = AmdRuns.play("boot-and-dma", kernel);
        List<String> writes = AmdRuns.registers(run, 0);
        assertThat(writes.getLast()).isEqualTo("CONTROL<-1148d");
        List<String> commands = AmdRuns.writes(run, 0);
        assertThat(commands.subList(commands.size() - 2, commands.size()))
                .containsExactly("INVALIDATE_IOMMU_ALL", "COMPLETION_WAIT");
        run.cursor().go(AmdRuns.lastStep(run, 0));
        assertThat(AmdRuns.entry(run, 0x002)).isEqualTo(AmdDte.blocked());
        assertThat(AmdRuns.entry(run, 0x100).mode()).isEqualTo(3);
    }

    // ---- the interrupt

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.3", "6.4"})
    void theHandlerClearsReadsAndTellsHowFarItCame(String kernel) {
        assertThat(AmdRuns.registers(AmdRuns.play("event-log", kernel), 3))
                .containsExactly("STATUS<-643", "EVT_HEAD<-10");
        assertThat(AmdRuns.registers(AmdRuns.play("event-log", kernel), 4))
                .containsExactly("STATUS<-643", "EVT_HEAD<-20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.7", "6.12"})
    void laterItAsksForEachLogByItself(String kernel) {
        assertThat(AmdRuns.registers(AmdRuns.play("event-log", kernel), 3))
                .containsExactly("STATUS<-3", "EVT_HEAD<-10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void aHandlerThatDealsWithItKeepsTheLogSilent(String kernel) {
        PlayedRun run = AmdRuns.play("event-log", kernel);
        assertThat(AmdRuns.events(run, 6)).noneMatch(Event.Log.class::isInstance);
        assertThat(AmdRuns.events(run, 4)).anyMatch(Event.Log.class::isInstance);
    }

    // ---- what breaks without it

    private static PlayedRun without(String story, String kernel, Callback callback) {
        KernelBuild build = KernelSpec.parse(kernel).without(List.of(new Removal(AmdDriver.NAME, callback)));
        return AmdRuns.play(story, build);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2"})
    void withoutDetachDevNothingIsMissed(String kernel) {
        PlayedRun run = without("owner-claim", kernel, Callback.DETACH_DEV);
        assertThat(run.world().kernel().log().warnings()).isZero();
        assertThat(run.chapters().getLast().result()).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"6.2,-EIO", "6.7,-EIO", "6.12,0"})
    void withoutProbeFinalizeADeviceUsesPhysicalAddressesUpTo69(String kernel, String result) {
        PlayedRun run = without("boot-and-dma", kernel, Callback.PROBE_FINALIZE);
        assertThat(run.chapters().get(2).result()).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void withoutIotlbSyncAnUnmappedPageStaysInReach(String kernel) {
        PlayedRun run = without("strict-flush", kernel, Callback.IOTLB_SYNC);
        assertThat(run.chapters().get(4).result()).isEqualTo("0");
        assertThat(AmdRuns.play("strict-flush", kernel).chapters().get(4).result())
                .isEqualTo("-EIO");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void withoutFlushIotlbAllTheFlushTimerDies(String kernel) {
        PlayedRun run = without("lazy-flush", kernel, Callback.FLUSH_IOTLB_ALL);
        assertThat(run.outcome()).isInstanceOf(Outcome.Oops.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void withoutGetResvRegionsTheFirmwaresBufferIsLost(String kernel) {
        PlayedRun run = without("firmware-buffer", kernel, Callback.GET_RESV_REGIONS);
        assertThat(run.chapters().get(1).result()).isEqualTo("-EIO");
        assertThat(AmdRuns.play("firmware-buffer", kernel).chapters().get(1).result())
                .isEqualTo("0");
    }

    @Test
    void whatAUnitReservesIsTheSheets() {
        var reserved = new AmdReserved(List.of(new AmdReserved.UnityMap(0x100, 0x1000, 0x2000)));
        assertThat(reserved.of(0x101))
                .extracting(region -> Long.toHexString(region.start()) + " " + Long.toHexString(region.last()))
                .containsExactly("fee00000 feefffff", "fd00000000 ffffffffff");
        assertThat(reserved.of(0x100).getFirst().last()).isEqualTo(0x2fff);
    }

    /** The domain of a lone device is freed with it, which takes it off; in a shared group nobody does. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.7", "6.12"})
    void withoutReleaseDeviceTheNextDeviceInheritsTheEntry(String kernel) {
        PlayedRun run = without("unplugged", kernel, Callback.RELEASE_DEVICE);
        run.cursor().go(AmdRuns.lastStep(run, 1));
        assertThat(AmdRuns.entry(run, 0x100)).isEqualTo(AmdDte.blocked());
        run.cursor().go(AmdRuns.lastStep(run, 6));
        assertThat(AmdRuns.entry(run, 0x301)).isEqualTo(AmdRuns.entry(run, 0x300));
    }
}
