package org.iommulab.backend.qcom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.testkit.Stories.writes;

import java.util.stream.IntStream;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver has at each level, what its hand-back does, and the register writes of its flows. */
class QcomDriverTest {
    private static final Stories STORIES = Stories.of("qcom");

    @ParameterizedTest
    @CsvSource({
        "6.1,true",
        "6.2,true",
        "6.2+p1,false",
        "6.2+p1..p2,false",
        "6.2+p1..p5,false",
        "6.2+p3,true",
        "6.3,false"
    })
    void detachDevGoesWithPatch1AndNothingComesInItsPlace(String kernel, boolean detaches) {
        var table =
                STORIES.play("unplugged", kernel).world().backends().getFirst().sourceTable();
        assertThat(table.entries().containsKey(Callback.DETACH_DEV)).isEqualTo(detaches);
        assertThat(table.entries())
                .doesNotContainKeys(
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.RELEASE_DEVICE,
                        Callback.PROBE_FINALIZE,
                        Callback.IOTLB_SYNC_MAP,
                        Callback.DEF_DOMAIN_TYPE);
        assertThat(table.entries()).containsKeys(Callback.CAPABLE, Callback.FLUSH_IOTLB_ALL);
        assertThat(table.entries().containsKey(Callback.MAP)).isEqualTo(kernel.equals("6.1"));
        assertThat(table.entries().containsKey(Callback.MAP_PAGES)).isEqualTo(!kernel.equals("6.1"));
    }

    // kernel | warnings | is the core's pointer gone | is bank 4 off
    @ParameterizedTest
    @CsvSource({
        "6.2,0,true,true",
        "6.2+p1,2,false,false",
        "6.2+p1..p2,1,true,false",
        "6.2+p1..p4,1,true,false",
        "6.2+p1..p5,1,true,false",
        "6.2+p1..p5+exynos-fix+exynos-fix2,1,true,false",
        "6.3,1,true,false"
    })
    void handingBackLeavesTheBankOnWhereverDetachDevIsGone(String kernel, int warnings, boolean gone, boolean off) {
        PlayedRun run = STORIES.play("hand-back", kernel);
        run.cursor().go(run.chapters().get(4).firstStep());
        var world = run.world();
        var device = world.devices().get("1a01000.display-controller");
        var port = world.topology().portsOf(device.label()).getFirst();
        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        assertThat(org.iommulab.core.Group.of(device).orElseThrow().domain().isNull())
                .isEqualTo(gone);
        assertThat(port.unit().orElseThrow().translating(port)).isEqualTo(!off);
        assertThat(device.dmaOps().isNull()).isTrue();
        assertThat(world.notedDomain(device).isEmpty()).isEqualTo(off);
    }

    @Test
    void theFirstAttachWritesTheBankInTheDriversOrder() {
        PlayedRun run = STORIES.play("reattach-hole", "6.2");
        long base = run.world().core().domains().all().getLast().tableBase();
        assertThat(writes(run, 4))
                .containsExactly(
                        "CB4_SCTLR<-0",
                        "CB4_FAR_HI<-0",
                        "CB4_FAR<-0",
                        "CB4_FSR<-c00001fe",
                        "CB4_TTBR0_HI<-40000",
                        "CB4_TTBR0<-" + Long.toHexString(base),
                        "CB4_TTBR1_HI<-0",
                        "CB4_TTBR1<-0",
                        "CB4_TCR2<-38002",
                        "CB4_TCR<-80802020",
                        "CB4_S1_MAIR0<-f404ff44",
                        "CB4_S1_MAIR1<-ffffffff",
                        "CB4_SCTLR<-10e7");
        assertThat(writes(run, 5)).as("going back to the default domain").isEmpty();
        assertThat(writes(run, 9)).as("free").containsExactly("CB4_S1_TLBIASID<-4", "CB4_TLBSYNC<-0");
    }

    @Test
    void theFirmwareIsAskedOnceForEachBankAndOnceForTheSecurePool() {
        PlayedRun run = STORIES.play("reattach-hole", "6.2");
        var calls = IntStream.rangeClosed(1, run.recording().length())
                .mapToObj(run.recording()::event)
                .filter(Event.Enter.class::isInstance)
                .map(e -> e.term().name())
                .toList();
        assertThat(calls.stream().filter("qcom_scm_restore_sec_cfg"::equals)).hasSize(5);
        assertThat(calls.stream().filter("qcom_scm_iommu_secure_ptbl_init"::equals))
                .hasSize(1);
    }

    @Test
    void theInterruptHandlerClearsAndTerminates() {
        PlayedRun run = STORIES.play("stalled-fault", "6.2");
        assertThat(writes(run, 1)).containsExactly("CB5_FSR<-202", "CB5_RESUME<-1");
    }

    @Test
    void theSecondBankOfADeviceIsToldTheWrongAddress() {
        PlayedRun run = STORIES.play("second-bank", "6.2");
        assertThat(writes(run, 4))
                .containsSubsequence(
                        "CB1_S1_TLBIVAL<-100001", "CB2_S1_TLBIVAL<-101002", "CB1_TLBSYNC<-0", "CB2_TLBSYNC<-0");
    }
}
