package org.iommulab.backend.ipmmu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver has at each level, what its hand-back does, and the register writes of its flows. */
class IpmmuDriverTest {
    private static final Stories STORIES = Stories.of("ipmmu");

    /** The driver's accesses of registers in an action, {@code e7740000[628]=0}; reads as {@code e67b0000[40]?}. */
    private static List<String> accesses(PlayedRun run, int action) {
        return Stories.accesses(
                Stories.events(run, action),
                access -> run.world().machine().labelOf(access.object()).substring(0, 8) + "[" + Stories.offset(access)
                        + "]");
    }

    @ParameterizedTest
    @CsvSource({"6.2,true", "6.2+p1,false", "6.2+p1..p2,false", "6.2+p1..p5,false", "6.2+p3,true", "6.3,false"})
    void detachDevGoesWithPatch1AndNothingComesInItsPlace(String kernel, boolean detaches) {
        var table =
                STORIES.play("removed", kernel).world().backends().getFirst().sourceTable();
        assertThat(table.entries().containsKey(Callback.DETACH_DEV)).isEqualTo(detaches);
        assertThat(table.entries())
                .doesNotContainKeys(
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.CAPABLE,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.IOTLB_SYNC_MAP);
        assertThat(table.entries())
                .containsKeys(
                        Callback.PROBE_FINALIZE, Callback.RELEASE_DEVICE, Callback.MAP_PAGES, Callback.IOTLB_SYNC);
    }

    // kernel | warnings | is the core's pointer gone | is the micro-TLB off
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
    void handingBackLeavesTheMicroTlbOnWhereverDetachDevIsGone(String kernel, int warnings, boolean gone, boolean off) {
        PlayedRun run = STORIES.play("hand-back", kernel);
        run.cursor().go(run.chapters().get(4).firstStep());
        var world = run.world();
        Device device = world.devices().get("fe920000.vsp");
        var port = world.topology().portsOf(device.label()).getFirst();
        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        assertThat(Group.of(device).orElseThrow().domain().isNull()).isEqualTo(gone);
        assertThat(port.unit().orElseThrow().translating(port)).isEqualTo(!off);
        assertThat(device.dmaOps().isNull()).isTrue();
        assertThat(world.notedDomain(device).isEmpty()).isEqualTo(off);
        assertThat(accesses(run, 3)).isEqualTo(off ? List.of("fe951000[310]=0") : List.of());
    }

    @ParameterizedTest
    @CsvSource({"6.2,0,false", "6.2+p1,2,true", "6.2+p1..p3,1,true", "6.2+p1..p5,1,true", "6.3,1,true"})
    void aRemovedDeviceOn32BitArmKeepsItsMicroTlb(String kernel, int warnings, boolean on) {
        PlayedRun run = STORIES.play("removed", kernel);
        run.cursor().last();
        var port = run.world().topology().portsOf("fe928000.vsp").getFirst();
        assertThat(run.world().kernel().log().warnings()).isEqualTo(warnings);
        assertThat(port.unit().orElseThrow().translating(port)).isEqualTo(on);
    }

    @Test
    void v61MapsOnePageACall() {
        PlayedRun run = STORIES.play("root-and-leaf", "6.1");
        assertThat(run.world().backends().getFirst().sourceTable().entries())
                .containsKeys(Callback.MAP, Callback.UNMAP)
                .doesNotContainKeys(Callback.MAP_PAGES, Callback.UNMAP_PAGES);
        assertThat(run.chapters().get(2).result()).isEqualTo("0");
        assertThat(run.outcome().word()).isEqualTo("ok");
    }

    /** The sheet's golden trace, less what differs with the board: the address of the table, and the micro-TLB. */
    @Test
    void theFirstAttachWritesRootThenLeafInTheDriversOrder() {
        PlayedRun run = STORIES.play("root-and-leaf", "6.2");
        List<String> all = accesses(run, 0);
        run.cursor().last();
        long base = run.world().core().domains().all().getFirst().tableBase();
        assertThat(all.subList(0, 8)).allMatch(a -> a.matches("e67b0000\\[[0-9a-f]+]=0"));
        assertThat(all.subList(8, 19))
                .containsExactly(
                        "e67b0000[50]=" + Long.toHexString(base),
                        "e67b0000[54]=0",
                        "e67b0000[48]=80000080",
                        "e67b0000[68]=f404ff44",
                        "e67b0000[60]?",
                        "e67b0000[60]=0",
                        "e7740000[40]=7",
                        "e67b0000[40]=7",
                        "e7740000[608]=0",
                        "e7740000[600]=13",
                        // the core flushes the domain once its direct mappings, none, are in it
                        "e67b0000[40]?");
    }

    @Test
    void unmapTellsNothingUntilTheSyncFlushesLeafAndRoot() {
        PlayedRun run = STORIES.play("root-and-leaf", "6.2");
        assertThat(accesses(run, 5))
                .containsExactly("e67b0000[40]?", "e7740000[40]=7", "e67b0000[40]=7", "e67b0000[40]?");
    }

    @Test
    void gen2WritesItsBusRegisterToo() {
        PlayedRun run = STORIES.play("one-context", "6.2");
        assertThat(accesses(run, 0))
                .containsSubsequence(
                        "fe951000[8]=80003510",
                        "fe951000[28]=f404ff44",
                        "fe951000[c]?",
                        "fe951000[c]=0",
                        "fe951000[20]?",
                        "fe951000[20]=0",
                        "fe951000[0]=7",
                        "fe951000[318]=0",
                        "fe951000[310]=3");
    }

    @Test
    void onArm64AllMastersOfALeafShareAGroupAndUnlistedOnesHaveNone() {
        PlayedRun run = STORIES.play("root-and-leaf", "6.3");
        run.cursor().last();
        var devices = run.world().devices();
        assertThat(Group.of(devices.get("ee100000.mmc")).orElseThrow().devices().toList())
                .extracting(Device::label)
                .containsExactly("ee100000.mmc", "ee120000.mmc", "ee140000.mmc", "ee160000.mmc");
        assertThat(Group.of(devices.get("e7300000.dma-controller"))).isEmpty();
        assertThat(devices.get("e7300000.dma-controller").dmaOps().isNull()).isTrue();
    }

    @Test
    void on32BitArmEachMasterHasAGroupAndAllShareAMapping() {
        PlayedRun run = STORIES.play("one-context", "6.2");
        run.cursor().go(run.chapters().getFirst().lastStep());
        var one = run.world().devices().get("fe920000.vsp");
        var two = run.world().devices().get("fe928000.vsp");
        assertThat(Group.of(one)).isNotEqualTo(Group.of(two));
        assertThat(one.dmaMapping().same(two.dmaMapping())).isTrue();
        var mapping = run.world().arm().orElseThrow().mappings().getFirst();
        assertThat(mapping.base()).isEqualTo(0x4000_0000L);
        assertThat(mapping.size()).isEqualTo(0x8000_0000L);
        assertThat(mapping.references().get()).isEqualTo(3);
    }
}
