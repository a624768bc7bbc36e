package org.iommulab.backend.armsmmu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.board.BoardReader;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver has at each level, what its hand-back does, and the register writes of its flows. */
class ArmSmmuDriverTest {
    private static final Path STORIES = Path.of("..", "scenarios", "arm-smmu");

    private static PlayedRun play(String story, String kernel) {
        return Player.play(ScenarioReader.open(STORIES.resolve(story + ".json")), KernelSpec.parse(kernel));
    }

    /** Register writes of one action, {@code S2CR0<-3}. */
    private static List<String> writes(PlayedRun run, int action) {
        int last = action + 1 < run.chapters().size()
                ? run.chapters().get(action + 1).firstStep()
                : run.recording().length() + 1;
        return IntStream.range(run.chapters().get(action).firstStep(), last)
                .mapToObj(run.recording()::event)
                .filter(Event.RegisterWrite.class::isInstance)
                .map(Event.RegisterWrite.class::cast)
                .map(e -> e.term().name() + "<-" + Long.toHexString(e.value()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"6.1,false", "6.2,false", "6.2+p1..p5,false", "6.3,false", "6.4,false", "6.7,false", "6.12,true"})
    void theTableOfEachKernel(String kernel, boolean statics) {
        OpsTable table = play("removed", kernel).world().backends().getFirst().sourceTable();
        assertThat(table.entries())
                .containsKeys(
                        Callback.CAPABLE,
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.PROBE_FINALIZE,
                        Callback.DEVICE_GROUP,
                        Callback.OF_XLATE,
                        Callback.GET_RESV_REGIONS,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.ATTACH_DEV,
                        Callback.MAP_PAGES,
                        Callback.UNMAP_PAGES,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOTLB_SYNC,
                        Callback.IOVA_TO_PHYS,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.DETACH_DEV,
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.IOTLB_SYNC_MAP,
                        Callback.IS_ATTACH_DEFERRED);
        assertThat(table.entries().containsKey(Callback.IDENTITY_DOMAIN)).isEqualTo(statics);
        assertThat(table.entries().containsKey(Callback.BLOCKED_DOMAIN)).isEqualTo(statics);
        assertThat(table.entries().containsKey(Callback.DOMAIN_ALLOC_PAGING)).isEqualTo(statics);
        assertThat(table.entries().containsKey(Callback.DOMAIN_ALLOC)).isEqualTo(!statics);
    }

    @ParameterizedTest
    @CsvSource({"6.1", "6.7", "6.12"})
    void nestingIsStageTwoWhereThereIsOne(String kernel) {
        World world = play("boot-and-dma", kernel).world();
        Device usb = world.device("a600000.usb").orElseThrow();
        var domain =
                (ArmSmmuDomain) world.core().domains().allocPaging(usb).domain().orElseThrow();
        assertThat(world.core().domains().enableNesting(domain)).isZero();
        assertThat(world.core().attaching().attachDevice(domain, usb)).isZero();
        assertThat(domain.isStageTwo()).isTrue();
        assertThat(world.core().domains().enableNesting(domain)).isEqualTo(Errno.EPERM.negative());
    }

    @Test
    void theResetBeforeTheFirstDevice() {
        List<String> boot = writes(play("removed", "6.2"), 0);
        assertThat(boot.subList(0, 5))
                .containsExactly("sGFSR<-0", "S2CR0<-20000", "SMR0<-0", "S2CR1<-20000", "SMR1<-0");
        int banks = boot.indexOf("CB0_SCTLR<-0");
        assertThat(boot.subList(banks, banks + 2)).containsExactly("CB0_SCTLR<-0", "CB0_FSR<-c00001fe");
        int end = boot.indexOf("TLBIALLH<-ffffffff");
        assertThat(boot.subList(end, end + 6))
                .containsExactly(
                        "TLBIALLH<-ffffffff",
                        "TLBIALLNSNH<-ffffffff",
                        "sTLBGSYNC<-ffffffff",
                        "sCR0<-1c36",
                        "SMR0<-7fff",
                        "SMR0<-7fff0000");
        assertThat(writes(play("bypass-allowed", "6.2"), 0)).contains("S2CR0<-10000", "sCR0<-1836");
    }

    @Test
    void aProbeMakesTheEntryAndAnAttachTheBank() {
        for (String kernel : List.of("6.1", "6.2", "6.12")) {
            PlayedRun run = play("boot-and-dma", kernel);
            List<String> boot = writes(run, 0);
            // the second device, which has two streams
            int first = boot.indexOf("SMR1<-800000e0") - 1;
            long table = run.world().core().domains().all().get(1).tableBase();
            assertThat(boot.subList(first, first + 15))
                    .containsExactly(
                            "S2CR1<-20000",
                            "SMR1<-800000e0",
                            "S2CR2<-20000",
                            "SMR2<-800004e0",
                            "CBA2R1<-1",
                            "CBAR1<-1f300",
                            "CB1_TCR2<-38015",
                            "CB1_TCR<-802010",
                            "CB1_TTBR0<-" + Long.toHexString(1L << 48 | table),
                            "CB1_TTBR1<-1000000000000",
                            "CB1_S1_MAIR0<-f404ff44",
                            "CB1_S1_MAIR1<-ffffffff",
                            "CB1_SCTLR<-1067",
                            "S2CR1<-1",
                            "S2CR2<-1");
            assertThat(boot).contains("SMR5<-84020820");
            assertThat(writes(run, 1)).as("map").isEmpty();
            assertThat(writes(run, 7))
                    .as("unmap")
                    .containsExactly("CB4_S1_TLBIVAL<-40000000fffff", "CB4_TLBSYNC<-ffffffff");
            assertThat(writes(run, 9)).as("unbind").isEmpty();
        }
    }

    @Test
    void onlyWhatChangesIsWritten() {
        PlayedRun old = play("blocking-costs-a-bank", "6.7");
        assertThat(writes(old, 2)).contains("CB5_SCTLR<-1067").endsWith("S2CR3<-5");
        assertThat(writes(old, 4)).containsExactly("S2CR3<-2");
        PlayedRun statics = play("blocking-costs-a-bank", "6.12");
        assertThat(writes(statics, 2)).containsExactly("S2CR3<-20000");
        assertThat(writes(statics, 4)).containsExactly("S2CR3<-2");
    }

    @Test
    void releaseGivesEntriesAndBankBack() {
        for (String kernel : List.of("6.1", "6.4", "6.7", "6.12")) {
            assertThat(writes(play("removed", kernel), 1))
                    .containsSubsequence("S2CR1<-20000", "SMR1<-e0", "S2CR2<-20000", "SMR2<-4e0", "CB1_SCTLR<-0")
                    .containsSubsequence("CB1_SCTLR<-0", "CB1_S1_TLBIASID<-1", "CB1_TLBSYNC<-ffffffff");
        }
    }

    @Test
    void aFaultIsReadAndCleared() {
        assertThat(writes(play("boot-and-dma", "6.2"), 3)).containsExactly("CB1_FSR<-402");
        assertThat(writes(play("removed", "6.2"), 2)).containsExactly("sGFSR<-2");
    }

    @Test
    void aLazyUnmapWaitsForTheWholeAsid() {
        PlayedRun run = play("lazy", "6.12");
        assertThat(writes(run, 3)).isEmpty();
        assertThat(writes(run, 5)).containsExactly("CB1_S1_TLBIASID<-1", "CB1_TLBSYNC<-ffffffff");
    }

    // kernel | warnings | is the core's pointer gone | do the streams still go to the bank
    @ParameterizedTest
    @CsvSource({
        "6.1,2,false,true",
        "6.2,2,false,true",
        "6.2+p1,2,false,true",
        "6.2+p1..p2,1,true,true",
        "6.2+p1..p4,1,true,true",
        "6.2+p1..p5,1,true,true",
        "6.3,1,true,true",
        "6.4,1,true,true",
        "6.7,0,false,false",
        "6.12,0,false,false"
    })
    void nothingHandsBackBefore67(String kernel, int warnings, boolean gone, boolean translating) {
        PlayedRun run = play("hand-back", kernel);
        run.cursor().go(run.chapters().get(4).firstStep());
        var world = run.world();
        var device = world.devices().get("8100000.display");
        var port = world.topology().portsOf(device.label()).getFirst();
        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        assertThat(Group.of(device).orElseThrow().domain().isNull()).isEqualTo(gone);
        assertThat(port.unit().orElseThrow().translating(port)).isEqualTo(translating);
    }

    @Test
    void aDeviceOfTooManyBitsIsRefused() {
        PlayedRun run = play("masks", "6.2");
        assertThat(writes(run, 3)).as("no entry is written").isEmpty();
        assertThat(Group.of(run.world().devices().get("8400000.codec"))).isEmpty();
    }

    /** Without stage 1 the driver makes tables of stage 2. */
    @Test
    void stageTwoWhereThereIsNoOther() throws IOException {
        String board = Files.readString(Path.of("..", "scenarios", "boards", "mmu500-small.json"))
                .replace("\"stages\": 3", "\"stages\": 2");
        var story = ScenarioReader.open(STORIES.resolve("banks-run-out.json"));
        var changed = new ScenarioFile(
                story.file(), story.scenario(), BoardReader.parse("s2", board.getBytes(StandardCharsets.UTF_8)));
        List<String> boot = writes(Player.play(changed, KernelSpec.parse("6.2")), 0);
        int first = boot.indexOf("CBA2R0<-1");
        assertThat(boot.subList(first, first + 3)).containsExactly("CBA2R0<-1", "CBAR0<-1", "CB0_TCR<-80053590");
        assertThat(boot).contains("CB0_SCTLR<-67").doesNotContain("CB0_S1_MAIR0<-f404ff44");
    }

    /** The board with another id or mask for the SD card. */
    @ParameterizedTest
    @CsvSource({
        "0x84a0 0x0,stream ID 0x84a0 out of range for SMMU (0x7fff)",
        "0x4a0 0x8402,SMR mask 0x8402 out of range for SMMU (0x7fff)"
    })
    void anIdOfTooManyBitsIsRefused(String cells, String line) throws IOException {
        String board = Files.readString(Path.of("..", "scenarios", "boards", "sm8250.json"))
                .replace("0x4a0 0x0", cells);
        var story = ScenarioReader.open(STORIES.resolve("removed.json"));
        PlayedRun run = Player.play(
                new ScenarioFile(
                        story.file(),
                        story.scenario(),
                        BoardReader.parse("changed", board.getBytes(StandardCharsets.UTF_8))),
                KernelSpec.parse("6.2"));
        assertThat(Group.of(run.world().devices().get("8804000.mmc"))).isEmpty();
        assertThat(IntStream.rangeClosed(1, run.recording().length())
                        .mapToObj(run.recording()::event)
                        .filter(Event.Log.class::isInstance)
                        .map(Event.Log.class::cast)
                        .filter(e -> e.term().name().contains("out of range for SMMU"))
                        .map(e -> e.term()
                                .name()
                                .substring(3)
                                .replaceFirst("%x", Long.toHexString(e.a()))
                                .replaceFirst("%x", Long.toHexString(e.b()))))
                .containsExactly(line);
    }
}
