package org.iommulab.backend.dart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.testkit.Stories.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.Stories;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, the register writes of its flows, its groups and its default domains. */
class DartDriverTest {
    private static final Stories STORIES = Stories.of("apple-dart");
    private static final Path BOARD = Path.of("..", "scenarios", "boards", "mac-mini-m1.json");

    /** Accesses of a unit's registers in an action, {@code [208]=0}; reads as {@code [20]?}. */
    private static List<String> accesses(PlayedRun run, int action, String unit) {
        List<Event> ofUnit = Stories.events(run, action).stream()
                .filter(event -> run.world().machine().labelOf(event.object()).startsWith(unit))
                .toList();
        return Stories.accesses(ofUnit, access -> "[" + Stories.offset(access) + "]");
    }

    private static final List<String> FLUSH_1 = List.of("[34]=2", "[20]=100000", "[20]?");

    /** Two functions of one slot that can talk to each other, each behind a DART of its own. The text was misspelt up to v6.7. */
    @ParameterizedTest
    @CsvSource({"6.2, grups", "6.7, grups", "6.12, groups"})
    void aGroupIsNotMadeAcrossDarts(String kernel, String word, @TempDir Path folder) throws IOException {
        String bluetooth = "\"hci_bcm4377\",\n      \"iommus\": [\"68%s008000.iommu 1\"]";
        PlayedRun run = STORIES.playChanged(
                folder,
                "one-stream-one-group",
                KernelSpec.parse(kernel),
                List.of("mac-mini-m1"),
                text -> text.replace(bluetooth.formatted(1), bluetooth.formatted(3))
                        .replace("{ \"type\": \"root-port\" }", "{ \"type\": \"root-port\", \"acs\": \"y\" }"));
        assertThat(KernelLogText.lines(run.recording(), run.logForm()))
                .extracting(KernelLogText.Line::text)
                .contains("hci_bcm4377 0000:01:00.1: Failed to merge DART IOMMU " + word + ".");
    }

    @ParameterizedTest
    @CsvSource({
        "6.1,true,false",
        "6.2,true,false",
        "6.2+p1,false,false",
        "6.2+p1..p5,false,false",
        "6.3,false,false",
        "6.4,false,false",
        "6.7,false,true",
        "6.12,false,true"
    })
    void callbacksAreTheSheets(String kernel, boolean detaches, boolean statics) {
        var entries = STORIES.play("locked", kernel)
                .world()
                .backends()
                .getFirst()
                .sourceTable()
                .entries();
        assertThat(entries.containsKey(Callback.DETACH_DEV)).isEqualTo(detaches);
        assertThat(entries.containsKey(Callback.DOMAIN_ALLOC)).isEqualTo(!statics);
        for (Callback one : List.of(Callback.DOMAIN_ALLOC_PAGING, Callback.IDENTITY_DOMAIN, Callback.BLOCKED_DOMAIN)) {
            assertThat(entries.containsKey(one)).isEqualTo(statics);
        }
        assertThat(entries)
                .containsKeys(
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.DEVICE_GROUP,
                        Callback.OF_XLATE,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.GET_RESV_REGIONS,
                        Callback.ATTACH_DEV,
                        Callback.MAP_PAGES,
                        Callback.UNMAP_PAGES,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOTLB_SYNC,
                        Callback.IOTLB_SYNC_MAP,
                        Callback.IOVA_TO_PHYS,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.CAPABLE,
                        Callback.PROBE_FINALIZE,
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.IS_ATTACH_DEFERRED,
                        Callback.RELEASE_DOMAIN);
    }

    @ParameterizedTest
    @CsvSource({"6.2,ffff", "6.3,ffffffff", "6.12,ffffffff"})
    void theResetBlocksEverything(String kernel, String enabled) {
        List<String> boot = accesses(STORIES.play("boot-and-dma", kernel), 0, "683008000");
        List<String> reset = boot.subList(boot.indexOf("[60]?"), boot.size());
        assertThat(reset.subList(1, 17)).allMatch(a -> a.matches("\\[1[0-3][0-9a-f]]=0"));
        assertThat(reset.subList(17, 81)).allMatch(a -> a.matches("\\[2[0-9a-f]{2}]=0"));
        assertThat(reset.subList(81, 87))
                .containsExactly("[fc]=" + enabled, "[40]?", "[40]=0", "[34]=ffff", "[20]=100000", "[20]?");
        assertThat(boot.indexOf("[0]?") < boot.indexOf("[60]?"))
                .as("parameters before the reset")
                .isEqualTo(!kernel.equals("6.2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1", "6.3", "6.7", "6.12"})
    void attachMapAndUnmapWriteInTheSheetsOrder(String kernel) {
        PlayedRun run = STORIES.play("permissions-by-denial", kernel);
        run.cursor().go(run.chapters().get(4).firstStep());
        IommuDomain own = run.world().core().domains().all().getLast();
        List<String> expected = new ArrayList<>(List.of(
                "[210]=" + Long.toHexString(0x8000_0000L | own.tableBase() >>> 12),
                "[214]=0",
                "[218]=0",
                "[21c]=0",
                "[104]=80"));
        expected.addAll(FLUSH_1);
        assertThat(accesses(run, 3, "682008000")).isEqualTo(expected);
        assertThat(accesses(run, 4, "682008000")).as("iotlb_sync_map").isEqualTo(FLUSH_1);
        PlayedRun dma = STORIES.play("boot-and-dma", kernel);
        assertThat(accesses(dma, 1, "683008000")).isEqualTo(FLUSH_1);
        assertThat(accesses(dma, 4, "683008000")).isEqualTo(FLUSH_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.2+p1..p5", "6.7", "6.12"})
    void aBlockedStreamHasTcr0AndAFaultIsReadThenWrittenBack(String kernel) {
        PlayedRun run = STORIES.play("one-stream-one-group", kernel);
        assertThat(accesses(run, 9, "681008000")).as("a write for each device").containsExactly("[104]=0", "[104]=0");
        assertThat(accesses(STORIES.play("boot-and-dma", kernel), 5, "683008000"))
                .containsExactly("[40]?", "[50]?", "[54]?", "[40]=81000004");
    }

    // kernel | does the domain of the story still name the stream | warnings
    @ParameterizedTest
    @CsvSource({"6.2,true,0", "6.2+p1,true,0", "6.2+p1..p4,true,0", "6.2+p1..p5,true,0", "6.3,true,0", "6.12,true,0"})
    void handingBackIsAnAttachOfTheDefaultDomainAtEveryLevel(String kernel, boolean stays, int warnings) {
        PlayedRun run = STORIES.play("streams-stay", kernel);
        run.cursor().go(run.chapters().get(5).firstStep());
        World world = run.world();
        Device device = world.devices().get("238200000.dma-controller");
        Group group = Group.of(device).orElseThrow();
        var port = world.topology().portsOf(device.label()).getFirst();
        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(world.pointedAtBy(port.unit().orElseThrow(), port))
                .isEqualTo(group.domain().get());
        IommuDomain own = world.core().domains().all().getLast();
        assertThat(world.clientsOf(own).stream().map(Device::label).toList().contains("235004000.iommu"))
                .isEqualTo(stays);
        assertThat(accesses(run, 7, "235004000"))
                .as("the old domain flushes")
                .containsExactly("[34]=4", "[20]=100000", "[20]?");
    }

    @Test
    void detachDevWouldHaveTakenTheStreamOffTheList() {
        var domains = STORIES.play("streams-stay", "6.2").world();
        var table = domains.backends().getFirst().sourceTable();
        var detach =
                (OpsTable.DetachDev) table.entries().get(Callback.DETACH_DEV).body();
        Device device = domains.devices().get("238200000.dma-controller");
        IommuDomain domain = Group.of(device).orElseThrow().domain().require();
        var port = domains.topology().portsOf(device.label()).getFirst();
        assertThat(domains.clientsOf(domain)).isNotEmpty();
        detach.detach(domain, device);
        assertThat(domains.clientsOf(domain)).isEmpty();
        assertThat(port.unit().orElseThrow().refuses(port)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.3", "6.12"})
    void withoutIotlbSyncMapTheAccessAfterTheMapFaults(String kernel) {
        KernelBuild broken =
                KernelSpec.parse(kernel).without(List.of(new Removal("apple-dart", Callback.IOTLB_SYNC_MAP)));
        PlayedRun run = STORIES.play("nothing-is-cached-too", broken);
        assertThat(run.chapters().get(6).result()).isEqualTo("-EIO");
        assertThat(KernelLogText.lines(run.recording(), run.logForm()).stream()
                        .filter(line -> line.text().contains("NO PTE FOR IOVA) at 0x12348000")))
                .hasSize(2);
        assertThat(run.brokenRules()).contains("no-stale-tlb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.7"})
    void withoutIotlbSyncAnUnmappedPageStaysReachable(String kernel) {
        KernelBuild broken = KernelSpec.parse(kernel).without(List.of(new Removal("apple-dart", Callback.IOTLB_SYNC)));
        PlayedRun run = STORIES.play("boot-and-dma", broken);
        assertThat(run.chapters().get(5).result()).isEqualTo("0");
        assertThat(run.brokenRules()).contains("no-stale-tlb");
    }

    @Test
    void lazyModeIsRefusedWithTheCoresWarningAndLaterSilently() {
        PlayedRun old = STORIES.play("boot-and-dma", KernelSpec.parse("6.2").withCommandLine("iommu.strict=0"));
        assertThat(log(old)).anyMatch(line -> line.contains("Failed to allocate default IOMMU domain of type 11"));
        PlayedRun later = STORIES.play("boot-and-dma", KernelSpec.parse("6.12").withCommandLine("iommu.strict=0"));
        assertThat(log(later)).noneMatch(line -> line.contains("Failed to allocate"));
        assertThat(later.chapters().get(5).result()).isEqualTo("-EIO");
    }

    // ---- other boards, made of this one

    private static World boot(String board, String kernel) throws Exception {
        Board read = BoardReader.parse("test board", board.getBytes(StandardCharsets.UTF_8));
        return boot(read, KernelSpec.parse(kernel));
    }

    private static World boot(Board board, KernelBuild build) {
        World world = WorldBuilder.build(board, build, Machine.recording());
        world.core().subsysInit();
        for (Board.Unit unit : board.units()) {
            world.bus().add(world.devices().get(unit.name()));
        }
        for (Board.Device device : board.devices()) {
            if (!device.isLate()) {
                world.bus().add(world.devices().get(device.name()));
            }
        }
        board.drivers().forEach(driver -> world.bus().register(world.drivers().get(driver.name())));
        world.kernel().work().drain();
        return world;
    }

    private static String text() throws Exception {
        return Files.readString(BOARD);
    }

    private static DomainType defaultOf(World world, String device) {
        return Group.of(world.devices().get(device))
                .orElseThrow()
                .defaultDomain()
                .require()
                .type();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void withoutBypassTheDefaultIsDmaWhateverTheCommandLineSays(String kernel) throws Exception {
        String board = text().replace("\"chip\": 8103 }", "\"chip\": 8103, \"bypass\": 0 }");
        Board read = BoardReader.parse("test board", board.getBytes(StandardCharsets.UTF_8));
        var passthrough = KernelSpec.parse(kernel).withCommandLine("iommu.passthrough=1");
        assertThat(defaultOf(boot(read, passthrough), "0000:03:00.0")).isEqualTo(DomainType.DMA);
        assertThat(defaultOf(boot(BoardReader.read(BOARD), passthrough), "0000:03:00.0"))
                .isEqualTo(DomainType.IDENTITY);
    }

    @ParameterizedTest
    @CsvSource({"6.2,false", "6.3,true", "6.12,true"})
    void theT8110IsKnownSince63(String kernel, boolean known) throws Exception {
        World world = boot(text().replace("\"chip\": 8103 }", "\"chip\": 8110, \"streams\": 40 }"), kernel);
        Device device = world.devices().get("0000:03:00.0");
        assertThat(Group.of(device).isPresent()).isEqualTo(known);
        if (known) {
            var buffer = world.dma().allocate(device, 4096);
            var port = world.topology().portsOf(device.label()).getFirst();
            assertThat(port.write32(buffer.address(), 7)).isEqualTo(new Reply.Done(7));
            assertThat(world.site().memory().read32(buffer.physical())).isEqualTo(7);
            port.read32(0x1000);
            assertThat(port.unit().orElseThrow().fault())
                    .as("the handler has cleared it")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void aT6000TranslatesWithTheOtherFormat(String kernel) throws Exception {
        World world = boot(text().replace("\"chip\": 8103 }", "\"chip\": 6000 }"), kernel);
        Device device = world.devices().get("238200000.dma-controller");
        var buffer = world.dma().allocate(device, 4096);
        var port = world.topology().portsOf(device.label()).getFirst();
        assertThat(port.write32(buffer.address(), 9)).isEqualTo(new Reply.Done(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void addressesAreInUnitsOfTheSmallestPage(String kernel) throws Exception {
        World big = boot(text(), kernel);
        Device audio = big.devices().get("238200000.dma-controller");
        assertThat(big.dma().allocate(audio, 4096).address()).isEqualTo(0xffff_c000L);
        assertThat(big.dma().allocate(audio, 4096).address()).isEqualTo(0xffff_8000L);
        String small = text().replace("\"chip\": 8103 }", "\"chip\": 8103, \"smallPages\": 1 }")
                .replace("\"ARM64_16K_PAGES\": \"y\"", "\"ARM64_16K_PAGES\": \"n\"");
        World four = boot(small, kernel);
        audio = four.devices().get("238200000.dma-controller");
        assertThat(four.dma().allocate(audio, 4096).address()).isEqualTo(0xffff_f000L);
        Device ethernet = four.devices().get("0000:03:00.0");
        assertThat(four.dma().allocate(ethernet, 4096).address())
                .as("below the doorbell")
                .isEqualTo(0xffff_e000L);
    }

    /** A device with streams of two DARTs is attached to both; streams of two groups make it fail. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void aDeviceMayHaveTwoDarts(String kernel) throws Exception {
        World world = boot(
                text().replace(
                                "[\"235004000.iommu 2\"]",
                                "[\"235004000.iommu 2\", \"683008000.iommu 5\", \"235004000.iommu 7\"]"),
                kernel);
        Device audio = world.devices().get("238200000.dma-controller");
        IommuDomain domain = Group.of(audio).orElseThrow().domain().require();
        assertThat(world.topology().portsOf(audio.label()))
                .hasSize(3)
                .allMatch(port -> domain.isAt(port.unit().orElseThrow().tableBase(port)));
        assertThat(world.clientsOf(domain)).hasSize(2);
        World torn = boot(
                text().replace("[\"683008000.iommu 1\"]", "[\"682008000.iommu 1\", \"681008000.iommu 1\"]"), kernel);
        assertThat(Group.of(torn.devices().get("0000:03:00.0"))).isEmpty();
    }
}
