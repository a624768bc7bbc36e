package org.iommulab.backend.mtk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.testkit.Stories.device;
import static org.iommulab.testkit.Stories.events;
import static org.iommulab.testkit.Stories.group;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, what its hand-back does, and the register accesses of its flows. */
class MtkDriverTest {
    private static final Stories STORIES = Stories.of("mtk");

    /** Accesses of registers in one action, {@code 10205000[110]=50}; reads as {@code 10205000[12c]?}. */
    private static List<String> accesses(PlayedRun run, int action) {
        return Stories.accesses(events(run, action), access -> place(run, access));
    }

    private static String place(PlayedRun run, Event access) {
        String label = run.world().machine().labelOf(access.object());
        String name = label.endsWith("cfg") ? label.substring(label.indexOf(' ') + 1) : label.split("\\.", 2)[0];
        return name + "[" + Stories.offset(access) + "]";
    }

    private static List<String> writes(PlayedRun run, int action) {
        return accesses(run, action).stream().filter(a -> !a.endsWith("?")).toList();
    }

    private static IommuDomain domain(PlayedRun run, String name) {
        return group(run, name).domain().require();
    }

    // kernel | domain_alloc | static identity domain | detach_dev | maps pages
    @ParameterizedTest
    @CsvSource({
        "6.1,true,false,true,false",
        "6.2,true,false,true,true",
        "6.2+p1,true,false,false,true",
        "6.2+p1..p2,true,false,false,true",
        "6.2+p1..p5,true,false,false,true",
        "6.2+p3,true,false,true,true",
        "6.3,true,false,false,true",
        "6.4,true,false,false,true",
        "6.7,false,true,false,true",
        "6.12,false,true,false,true"
    })
    void theTableAtEachLevel(String kernel, boolean alloc, boolean identity, boolean detach, boolean pages) {
        var table = STORIES.play("asleep", kernel).world().backends().getFirst().sourceTable();
        assertThat(table.entries().containsKey(Callback.DOMAIN_ALLOC)).isEqualTo(alloc);
        assertThat(table.entries().containsKey(Callback.DOMAIN_ALLOC_PAGING)).isEqualTo(identity);
        assertThat(table.entries().containsKey(Callback.IDENTITY_DOMAIN)).isEqualTo(identity);
        assertThat(table.entries().containsKey(Callback.DETACH_DEV)).isEqualTo(detach);
        assertThat(table.entries().containsKey(Callback.MAP_PAGES)).isEqualTo(pages);
        assertThat(table.entries().containsKey(Callback.UNMAP)).isEqualTo(!pages);
        assertThat(table.entries())
                .containsKeys(
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.DEVICE_GROUP,
                        Callback.OF_XLATE,
                        Callback.GET_RESV_REGIONS,
                        Callback.ATTACH_DEV,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOTLB_SYNC,
                        Callback.IOTLB_SYNC_MAP,
                        Callback.IOVA_TO_PHYS,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.PROBE_FINALIZE,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.CAPABLE,
                        Callback.BLOCKED_DOMAIN,
                        Callback.IS_ATTACH_DEFERRED);
    }

    // kernel | warnings | is the core's pointer gone or back to the default | is the port past the M4U when it wakes
    @ParameterizedTest
    @CsvSource({
        "6.1,0,true,true",
        "6.2,0,true,true",
        "6.2+p1,2,false,false",
        "6.2+p1..p2,1,true,false",
        "6.2+p1..p3,1,true,false",
        "6.2+p1..p4,1,true,false",
        "6.2+p1..p5,1,true,false",
        "6.2+p1..p5+exynos-fix+exynos-fix2,1,true,false",
        "6.3,1,true,false",
        "6.4,1,true,false",
        "6.7,0,true,true",
        "6.12,0,true,true"
    })
    void handingBackClearsTheNoteWhereThereIsACallback(String kernel, int warnings, boolean gone, boolean off) {
        PlayedRun run = STORIES.play("hand-back", kernel);
        assertThat(accesses(run, 3)).as("no register is touched").isEmpty();
        run.cursor().go(run.chapters().get(4).firstStep());
        var world = run.world();
        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        assertThat(group(run, "1400c000.ovl")
                        .domain()
                        .same(group(run, "1400c000.ovl").defaultDomain()))
                .isEqualTo(gone);
        assertThat(device(run, "1400c000.ovl").dmaOps().isNull()).isTrue();
        assertThat(world.notedDomain(device(run, "1400c000.ovl")))
                .as("m4u_dom is never replaced")
                .isPresent();
        assertThat(writes(run, 5)).contains(off ? "14021000[f00]=0" : "14021000[f00]=1");
    }

    /** The sheet's golden trace, less what differs with the board: the addresses of table and protect page. */
    @Test
    void theFirstAttachWritesTheM4uInTheDriversOrder() {
        PlayedRun run = STORIES.play("one-group", "6.2");
        run.cursor().go(run.chapters().getFirst().lastStep());
        long base = domain(run, "1400c000.ovl").tableBase();
        List<String> writes = writes(run, 0);
        assertThat(writes.subList(0, 7))
                .containsExactly(
                        "10205000[110]=50",
                        "10205000[50]=0",
                        "10205000[48]=0",
                        "10205000[120]=6f",
                        "10205000[124]=3fff",
                        "10205000[114]=20008000",
                        "10205000[0]=" + Long.toHexString(base));
        assertThat(Set.copyOf(writes.subList(7, writes.size())))
                .as("the core flushes the domain for each device after its direct mappings, of which there are none")
                .containsExactlyInAnyOrder("10205000[38]=3", "10205000[20]=2");
        assertThat(writes(run, 1)).as("larb 0 is told about three masters").endsWith("14021000[f00]=83");
    }

    @Test
    void aMapIsToldAndAFaultIsCleared() {
        PlayedRun run = STORIES.play("one-group", "6.2");
        assertThat(accesses(run, 2))
                .containsExactly(
                        "10205000[38]=3",
                        "10205000[24]=ffffe000",
                        "10205000[28]=fffff000",
                        "10205000[20]=1",
                        "10205000[12c]?",
                        "10205000[12c]=0");
        assertThat(accesses(run, 5))
                .containsExactly(
                        "10205000[134]?",
                        "10205000[150]?",
                        "10205000[13c]?",
                        "10205000[140]?",
                        "10205000[120]?",
                        "10205000[120]=106f",
                        "10205000[38]=3",
                        "10205000[20]=2");
        assertThat(writes(run, 8))
                .containsExactly(
                        "10205000[38]=3",
                        "10205000[24]=ffffe000",
                        "10205000[28]=fffff000",
                        "10205000[20]=1",
                        "10205000[12c]=0");
    }

    @Test
    void aSleepingM4uIsNotToldAndDropsEverythingWhenItWakes() {
        PlayedRun run = STORIES.play("asleep", "6.2");
        assertThat(accesses(run, 1)).as("map").isEmpty();
        assertThat(accesses(run, 3)).as("unmap").isEmpty();
        run.cursor().go(run.chapters().get(3).lastStep());
        var unit = run.world().units().values().iterator().next();
        assertThat(unit.tlb())
                .anyMatch(view ->
                        view.input() == 0xffff_f000L && view.permissions().equals("rw"));
        assertThat(writes(run, 4))
                .containsSubsequence("10205000[0]=40014000", "10205000[38]=3", "10205000[20]=2", "14021000[f00]=83");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.12"})
    void larbsOfNewerSocsHaveARegisterForEachPort(String kernel) {
        PlayedRun run = STORIES.play("two-m4us", kernel);
        boolean regions = !kernel.equals("6.2");
        String value = regions ? "5501" : "1";
        assertThat(accesses(run, 4)).containsSubsequence("1a010000[380]?", "1a010000[380]=" + value, "1a010000[3e4]?");
        assertThat(writes(run, 3)).as("the M4Us sleep").isEmpty();
        run.cursor().last();
        assertThat(group(run, "1c000000.ovl")).isEqualTo(group(run, "1c105000.dma-controller"));
        assertThat(group(run, "1a020000.video-codec").equals(group(run, "1c000000.ovl")))
                .isEqualTo(!regions);
        assertThat(device(run, "1a020000.video-codec").dmaMask().get())
                .isEqualTo(regions ? 0x3_ffff_ffffL : 0xffff_ffffL);
        assertThat(domain(run, "1a020000.video-codec").apertureStart()).isEqualTo(regions ? 1L << 32 : 0);
        // one table, whatever the region and the M4U
        assertThat(domain(run, "1a020000.video-codec").tableBase())
                .isEqualTo(domain(run, "1c105000.dma-controller").tableBase());
        assertThat(run.world().units().values().stream()
                        .map(unit -> unit.tableBase())
                        .distinct())
                .as("none for the infrastructure's, or one of its own")
                .contains(0L);
    }

    @Test
    void theWindowsOfTheCameraAreLeftOut() {
        PlayedRun run = STORIES.play("camera-window", "6.4");
        var mapped = IntStream.rangeClosed(1, run.recording().length())
                .mapToObj(run.recording()::event)
                .filter(Event.Enter.class::isInstance)
                .map(Event.Enter.class::cast)
                .filter(e -> e.term().name().equals("iommu_map_sg"))
                .map(e -> Long.toHexString(e.a()))
                .toList();
        assertThat(mapped).containsExactly("243fff000", "2ff7ff000");
        assertThat(STORIES.play("camera-window", "6.3").outcome().word()).isEqualTo("ok");
    }

    @Test
    void theInfrastructuresPortsAreSwitchedAtOnce() {
        PlayedRun run = STORIES.play("banks", "6.3");
        assertThat(writes(run, 0))
                .containsSubsequence(
                        "10315000[50]=100",
                        "10315000[4120]=6f",
                        "10315000[4124]=3fff",
                        "10315000[4000]=40014000",
                        "pericfg[714]=c0000000",
                        "10315000[120]=6f",
                        "pericfg[714]=c0030000");
        assertThat(writes(run, 1)).as("never skipped").contains("10315000[4020]=1");
    }

    @ParameterizedTest
    @CsvSource({"6.3,false", "6.4,false", "6.7,true", "6.12,true"})
    void banksShareTheirTableFrom66On(String kernel, boolean shared) {
        PlayedRun run = STORIES.play("banks", kernel);
        run.cursor().last();
        assertThat(domain(run, "112f8000.pcie").tableBase()
                        == domain(run, "11200000.usb").tableBase())
                .isEqualTo(shared);
    }

    @Test
    void in4GbModeEntriesAndProtectPageSayBit32() {
        PlayedRun run = STORIES.play("four-gigabytes", "6.2");
        assertThat(writes(run, 0)).contains("10205000[114]=a0008000");
        var entries = IntStream.rangeClosed(
                        run.chapters().get(1).firstStep(), run.chapters().get(1).lastStep())
                .mapToObj(run.recording()::event)
                .filter(Event.TableWrite.class::isInstance)
                .map(Event.TableWrite.class::cast)
                .map(w -> w.value() & 0xfff)
                .toList();
        assertThat(entries).endsWith(0xe42L);
    }

    @Test
    void aDomainThatWasNeverAttachedHasNoTable() {
        PlayedRun run = STORIES.play("second-domain", "6.2");
        run.cursor().go(run.chapters().get(2).lastStep());
        IommuDomain mine = run.world().core().domains().all().getLast();
        assertThat(mine.tableBase()).isZero();
        assertThat(mine.mappedPages()).isZero();
        assertThat(mine.lookUp(0x1000)).isZero();
    }
}
