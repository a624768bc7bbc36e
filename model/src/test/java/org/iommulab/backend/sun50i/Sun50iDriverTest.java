package org.iommulab.backend.sun50i;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.StaticDomain;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, what its hand-back does, and the register accesses of its flows. */
class Sun50iDriverTest {
    private static final Path STORIES = Path.of("..", "scenarios", "sun50i");
    private static final String MIXER = "1100000.mixer";
    private static final String ALONE =
            "{\"do\": \"boot\", \"without\": [\"1c00000.video-codec-g2\", \"1c0e000.video-codec\"]},";
    private static final String OWN = "{\"do\": \"new-domain\", \"name\": \"own\"},"
            + "{\"do\": \"attach-domain\", \"device\": \"" + MIXER + "\", \"domain\": \"own\"},";

    private static PlayedRun play(String story, String kernel) {
        return Player.play(ScenarioReader.open(STORIES.resolve(story + ".json")), KernelSpec.parse(kernel));
    }

    /** Plays a story of the test's own with the mixer alone; its first action has number 1, after boot. */
    private static PlayedRun playActions(KernelBuild kernel, String actions) {
        return playActions(STORIES, kernel, actions);
    }

    private static PlayedRun playActions(Path folder, KernelBuild kernel, String actions) {
        String story = "{\"$schema\": \"../schema/scenario.schema.json\", \"id\": \"test\", \"title\": \"t\","
                + "\"summary\": \"s\", \"board\": \"pine-h64\", \"kernel\": \"6.2\", \"story\": [" + ALONE + actions
                + "]}";
        return Player.play(
                ScenarioReader.parse(folder.resolve("test.json"), story.getBytes(StandardCharsets.UTF_8)), kernel);
    }

    /** The same with another board. */
    private static Path withBoard(Path folder, String from, String to) throws IOException {
        String board = Files.readString(STORIES.resolveSibling("boards").resolve("pine-h64.json"));
        assertThat(board).contains(from);
        Files.createDirectories(folder.resolve("boards"));
        Files.writeString(folder.resolve("boards").resolve("pine-h64.json"), board.replace(from, to));
        return folder;
    }

    private static String map(String iova, String pa, String prot) {
        return "{\"do\": \"map\", \"domain\": \"own\", \"iova\": \"" + iova + "\", \"pa\": \"" + pa
                + "\", \"size\": \"0x1000\", \"prot\": \"" + prot + "\"}";
    }

    private static String read(String iova) {
        return "{\"do\": \"dma\", \"device\": \"" + MIXER + "\", \"address\": \"" + iova + "\"}";
    }

    private static KernelBuild without(String kernel, Callback callback) {
        return KernelSpec.parse(kernel).without(List.of(new Removal(Sun50iDriver.NAME, callback)));
    }

    /** Register accesses of an action by the driver: {@code 50=40010000}, reads as {@code 108?}. */
    private static List<String> accesses(PlayedRun run, int action) {
        var chapter = run.chapters().get(action);
        return IntStream.rangeClosed(chapter.firstStep(), chapter.lastStep())
                .mapToObj(run.recording()::event)
                .map(event -> switch (event) {
                    case Event.RegisterWrite w -> Long.toHexString(w.offset()) + "=" + Long.toHexString(w.value());
                    case Event.RegisterRead r -> Long.toHexString(r.offset()) + "?";
                    default -> "";
                })
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static IommuUnit unit(PlayedRun run) {
        return run.world().units().values().iterator().next();
    }

    private static Device device(PlayedRun run, String name) {
        return Objects.requireNonNull(run.world().devices().get(name));
    }

    private static Group group(PlayedRun run) {
        return Group.of(device(run, MIXER)).orElseThrow();
    }

    private static Sun50iDomain domain(PlayedRun run, int number) {
        return run.world().core().domains().all().stream()
                .filter(Sun50iDomain.class::isInstance)
                .map(Sun50iDomain.class::cast)
                .toList()
                .get(number);
    }

    private static List<String> log(PlayedRun run) {
        return KernelLogText.lines(run.recording(), run.logForm()).stream()
                .map(KernelLogText.Line::text)
                .toList();
    }

    // ---- the table

    // kernel | detach_dev | sync_map | static domains
    @ParameterizedTest
    @CsvSource({
        "6.1,true,false,false",
        "6.2,true,true,false",
        "6.2+p1,false,true,false",
        "6.2+p1..p2,false,true,false",
        "6.2+p1..p5,false,true,false",
        "6.2+p3,true,true,false",
        "6.3,false,true,false",
        "6.4,false,true,false",
        "6.7,false,true,true",
        "6.12,false,true,true"
    })
    void theTableOfEachKernel(String kernel, boolean detaches, boolean syncsMap, boolean statics) {
        var table = play("one-group", kernel).world().backends().getFirst().sourceTable();
        var entries = table.entries();
        assertThat(entries.containsKey(Callback.DETACH_DEV)).isEqualTo(detaches);
        assertThat(entries.containsKey(Callback.IOTLB_SYNC_MAP)).isEqualTo(syncsMap);
        for (Callback old : List.of(Callback.DOMAIN_ALLOC, Callback.MAP, Callback.UNMAP)) {
            assertThat(entries.containsKey(old)).as("%s", old).isEqualTo(!statics);
        }
        for (Callback since67 : List.of(
                Callback.DOMAIN_ALLOC_PAGING, Callback.IDENTITY_DOMAIN, Callback.MAP_PAGES, Callback.UNMAP_PAGES)) {
            assertThat(entries.containsKey(since67)).as("%s", since67).isEqualTo(statics);
        }
        assertThat(entries)
                .containsKeys(
                        Callback.PROBE_DEVICE,
                        Callback.OF_XLATE,
                        Callback.ATTACH_DEV,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOTLB_SYNC,
                        Callback.IOVA_TO_PHYS,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.RELEASE_DEVICE,
                        Callback.CAPABLE,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.PROBE_FINALIZE,
                        Callback.BLOCKED_DOMAIN,
                        Callback.RELEASE_DOMAIN);
        assertThat(Objects.requireNonNull(entries.get(Callback.DEVICE_GROUP))
                        .function()
                        .name())
                .isEqualTo(statics ? "generic_single_device_group" : "sun50i_iommu_device_group");
    }

    // ---- attaching

    @ParameterizedTest
    @CsvSource({"6.1,false,3", "6.2,false,3", "6.3,false,3", "6.7,false,0", "6.12,true,0"})
    void theFirstMasterSwitchesTheHardwareOnForAll(String kernel, boolean clearsBypass, int flushes) {
        PlayedRun run = play("one-group", kernel);
        String base = Long.toHexString(domain(run, 0).tableBase());
        var expected = new ArrayList<>(List.of(
                "50=" + base,
                "70=3f",
                "100=3003f",
                "b0=fff0000",
                "b4=aaa",
                "b4=5550000",
                "80=3003f",
                "80?",
                "40=1",
                "20=1"));
        if (clearsBypass) {
            expected.add(2, "30=0");
        }
        // up to v6.6 the core flushes the domain for each device after its direct mappings, of which there are none
        for (int i = 0; i < flushes; i++) {
            expected.addAll(List.of("80=3003f", "80?"));
        }
        assertThat(accesses(run, 0)).isEqualTo(expected);
    }

    /** Up to v6.4 a device that joins a group with a domain is attached twice. */
    @ParameterizedTest
    @CsvSource({"6.2,6", "6.3,6", "6.4,6", "6.7,4", "6.12,4"})
    void everyAttachCounts(String kernel, long references) {
        PlayedRun run = play("one-group", kernel);
        run.cursor().go(run.chapters().getFirst().lastStep());
        assertThat(domain(run, 0).references()).isEqualTo(references);
        assertThat(group(run).devices().toList())
                .extracting(Device::label)
                .containsExactly(MIXER, "1c00000.video-codec-g2", "1c0e000.video-codec");
    }

    // ---- handing back

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6.1",
                "6.2",
                "6.2+p1",
                "6.2+p1..p2",
                "6.2+p1..p3",
                "6.2+p1..p4",
                "6.2+p1..p5",
                "6.2+p1..p5+exynos-fix",
                "6.3",
                "6.4",
                "6.7",
                "6.12"
            })
    void handingBackIsAnAttachOfTheDefaultDomain(String kernel) {
        PlayedRun run = play("hand-back", kernel);
        run.cursor().go(run.chapters().get(6).lastStep());
        var world = run.world();
        var standard = domain(run, 0);
        assertThat(world.kernel().log().warnings()).isZero();
        assertThat(group(run).domain().require()).isSameAs(standard);
        assertThat(world.notedDomain(device(run, MIXER))).contains(standard);
        assertThat(unit(run).tableBase()).isEqualTo(standard.tableBase());
        assertThat(world.clientsOf(standard))
                .extracting(Device::label)
                .containsExactly(unit(run).label());
        assertThat(world.clientsOf(domain(run, 1))).isEmpty();
        assertThat(domain(run, 1).references()).isEqualTo(1);
        // the hardware is never switched off on the way, and nobody calls detach_dev
        assertThat(accesses(run, 6))
                .startsWith("50=" + Long.toHexString(standard.tableBase()))
                .endsWith("20=1")
                .doesNotContain("20=0");
        var chapter = run.chapters().get(6);
        assertThat(IntStream.rangeClosed(chapter.firstStep(), chapter.lastStep())
                        .mapToObj(run.recording()::event)
                        .filter(Event.Callback.class::isInstance)
                        .map(event -> event.term().name()))
                .containsExactly("sun50i_iommu_attach_device");
    }

    @Test
    void aFreedDomainLosesItsPageTables() {
        PlayedRun run = play("hand-back", "6.2");
        run.cursor().go(run.chapters().get(2).firstStep());
        long before = run.world().site().frames().inUse();
        run.cursor().last();
        assertThat(run.world().site().frames().inUse() - before).isEqualTo(1024);
    }

    // ---- mapping

    @Test
    void aMappingInvalidatesItsEdgesAndAnUnmapEverything() {
        PlayedRun run = play("hand-back", "6.2");
        assertThat(accesses(run, 4))
                .containsExactly(
                        "40=0",
                        "90=fe7c3000",
                        "94=fffff000",
                        "98=1",
                        "98?",
                        "90=fe7c4000",
                        "94=fffff000",
                        "98=1",
                        "98?",
                        "a0=fe7c3000",
                        "a8=1",
                        "a8?",
                        "a0=fe8c3000",
                        "a8=1",
                        "a8?",
                        "40=1");
        assertThat(accesses(play("one-group", "6.2"), 6)).containsExactly("80=3003f", "80?");
        assertThat(accesses(play("hand-back", "6.1"), 4)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6.1,0", "6.7,0", "6.12,-EINVAL"})
    void anAddressBeyond4GbIsRefusedFrom611On(String kernel, String result) {
        String high = map("0x1000", "0x140206000", "read-write") + "," + map("0x2000", "0x140207000", "read-write");
        PlayedRun run = playActions(KernelSpec.parse(kernel), OWN + high);
        boolean refused = result.equals("-EINVAL");
        assertThat(run.chapters().get(3).result()).isEqualTo(refused ? result : "0");
        assertThat(run.chapters().get(4).result()).isEqualTo(refused ? result : "0");
        assertThat(log(run).stream().filter("sun50i-iommu 30f0000.iommu: attempt to map address beyond 4GB"::equals))
                .hasSize(refused ? 1 : 0);
        run.cursor().last();
        assertThat(domain(run, 1).lookUp(0x1000)).isEqualTo(refused ? 0 : 0x4020_6000L);
    }

    @Test
    void withoutIotlbSyncAnUnmappedPageIsStillReached() {
        String actions = OWN + map("0x1000", "0x40206000", "read-write") + "," + read("0x1000") + ","
                + "{\"do\": \"unmap\", \"domain\": \"own\", \"iova\": \"0x1000\", \"size\": \"0x1000\"},"
                + read("0x1000");
        assertThat(playActions(KernelSpec.parse("6.2"), actions)
                        .chapters()
                        .get(6)
                        .result())
                .isEqualTo("-EIO");
        PlayedRun stale = playActions(without("6.2", Callback.IOTLB_SYNC), actions);
        assertThat(stale.chapters().get(6).result()).isEqualTo("0");
        assertThat(stale.brokenRules()).contains("no-stale-tlb");
    }

    @Test
    void withoutIotlbSyncMapTheFirstAccessFaults() {
        String actions = OWN + map("0x1000", "0x40206000", "read-write") + "," + read("0x1000") + ","
                + map("0x2000", "0x40207000", "read-write") + "," + read("0x2000") + "," + read("0x2000");
        PlayedRun complete = playActions(KernelSpec.parse("6.2"), actions);
        assertThat(complete.chapters().get(6).result()).isEqualTo("0");
        PlayedRun missing = playActions(without("6.2", Callback.IOTLB_SYNC_MAP), actions);
        assertThat(missing.chapters().get(6).result()).isEqualTo("-EIO");
        assertThat(missing.chapters().get(7).result())
                .as("the interrupt handler invalidates the page")
                .isEqualTo("0");
    }

    // ---- faults

    @Test
    void theInterruptHandlerNamesReportsInvalidatesAndResets() {
        List<String> accesses = accesses(play("faults", "6.2"), 2);
        assertThat(accesses).startsWith("108?", "180?", "184?", "130?", "180?", "40=0", "90=100000");
        assertThat(accesses).endsWith("40=1", "104=10000", "10=fffffff7", "10=ffffffff");
        assertThat(accesses(play("faults", "6.2"), 3)).startsWith("108?", "180?", "184?", "134?", "184?");
        assertThat(accesses(play("faults", "6.2"), 7)).startsWith("108?", "180?", "184?", "108?", "11c?", "15c?");
    }

    @Test
    void v61TakesTheStatusForMastersAndHoldsThemInReset() {
        PlayedRun run = play("faults", "6.1");
        assertThat(accesses(run, 2)).containsExactly("108?", "130?", "180?", "104=10000", "10=fffeffff", "10=10000");
        run.cursor().last();
        assertThat(unit(run).blocked()).isTrue();
    }

    @Test
    void aWriteIsKnownAsOneWhereTheHardwareKeepsTheRestriction(@TempDir Path folder) throws IOException {
        String write =
                "{\"do\": \"dma\", \"device\": \"" + MIXER + "\", \"address\": \"0x1000\", \"access\": \"write\"}";
        String actions = OWN + map("0x1000", "0x40206000", "read") + "," + write;
        var plain = playActions(KernelSpec.parse("6.2"), actions);
        assertThat(plain.chapters().get(4).result()).isEqualTo("0");
        var merging = playActions(
                withBoard(
                        folder,
                        "\"registers\": \"0x30f0000\",",
                        "\"registers\": \"0x30f0000\", \"properties\": { \"mergesAuthorities\": 1 },"),
                KernelSpec.parse("6.2"),
                actions);
        assertThat(merging.chapters().get(4).result()).isEqualTo("-EIO");
        assertThat(log(merging))
                .contains("sun50i-iommu 30f0000.iommu: Page fault for 0x0000000000001000 (master 0, dir wr)");
    }

    @Test
    void aMasterThatPassesAfterResetIsTranslatedFrom611OnOnly(@TempDir Path folder) throws IOException {
        Path board = withBoard(
                folder,
                "\"registers\": \"0x30f0000\",",
                "\"registers\": \"0x30f0000\", \"properties\": { \"bypass\": 63 },");
        assertThat(playActions(board, KernelSpec.parse("6.7"), read("0x40206000"))
                        .chapters()
                        .get(1)
                        .result())
                .isEqualTo("0");
        assertThat(playActions(board, KernelSpec.parse("6.12"), read("0x40206000"))
                        .chapters()
                        .get(1)
                        .result())
                .isEqualTo("-EIO");
    }

    @Test
    void withoutAClockTheProbeFails(@TempDir Path folder) throws IOException {
        Path board = withBoard(
                folder,
                "\"registers\": \"0x30f0000\",\n      \"clocks\": { \"bus\": \"bus-iommu\" }",
                "\"registers\": \"0x30f0000\"");
        PlayedRun run = playActions(board, KernelSpec.parse("6.2"), read("0x40206000"));
        assertThat(log(run)).contains("sun50i-iommu 30f0000.iommu: Couldn't get our clock.");
        assertThat(Group.of(device(run, MIXER))).isEmpty();
        assertThat(run.chapters().get(1).result()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all-translated",
                "claimed",
                "count-runs-out",
                "faults",
                "hand-back",
                "identity",
                "map-before-attach",
                "one-group",
                "read-only",
                "removed"
            })
    void theStoriesHoldOn61Too(String story) {
        PlayedRun run = play(story, "6.1");
        assertThat(run.judgements()).isNotEmpty().allMatch(Judgement::met);
    }

    // ---- the identity domain

    @ParameterizedTest
    @ValueSource(strings = {"6.7", "6.12"})
    void withPassthroughTheHardwareStaysInResetUntilADomainComes(String kernel) {
        PlayedRun run = play("identity", kernel);
        run.cursor().go(run.chapters().getFirst().lastStep());
        assertThat(unit(run).powered()).isFalse();
        assertThat(group(run).domain().require()).isInstanceOf(StaticDomain.class);
        assertThat(run.world().notedDomain(device(run, MIXER)))
                .contains(group(run).domain().require());
        // identity again: the hardware still has the domain that was left
        run.cursor().go(run.chapters().get(5).lastStep());
        assertThat(accesses(run, 5)).isEmpty();
        assertThat(group(run).domain().require()).isInstanceOf(StaticDomain.class);
        assertThat(run.world().notedDomain(device(run, MIXER))).contains(domain(run, 0));
        assertThat(unit(run).tableBase()).isEqualTo(domain(run, 0).tableBase());
    }

    @Test
    void theCountReachesZeroOneDeviceTooLate() {
        PlayedRun run = play("count-runs-out", "6.7");
        assertThat(accesses(run, 4)).containsExactly("20=0", "50=0");
        run.cursor().go(run.chapters().get(4).lastStep());
        assertThat(domain(run, 0).references()).isZero();
        assertThat(unit(run).powered()).isFalse();
        assertThat(run.world().notedDomain(device(run, MIXER))).isEmpty();
    }

    @Test
    void aDomainWhoseCountIs0IsCountedWithAWarning() {
        PlayedRun run = playActions(
                KernelSpec.parse("6.7").withCommandLine("iommu.passthrough=1"),
                OWN + "{\"do\": \"detach-domain\", \"device\": \"" + MIXER + "\", \"domain\": \"own\"},"
                        + "{\"do\": \"add-device\", \"device\": \"1c0e000.video-codec\"},"
                        + "{\"do\": \"remove-device\", \"device\": \"1c0e000.video-codec\"},"
                        + "{\"do\": \"attach-domain\", \"device\": \"" + MIXER + "\", \"domain\": \"own\"}");
        assertThat(log(run)).contains("refcount_t: addition on 0; use-after-free.");
        assertThat(run.outcome().text()).contains("iommu.domain");
    }

    // ---- the rest

    /** Up to v6.6 the driver's own reference keeps the group and its domain. */
    @ParameterizedTest
    @CsvSource({"6.2,true", "6.4,true", "6.7,false", "6.12,false"})
    void anEmptyGroupStays(String kernel, boolean keepsDomain) {
        PlayedRun run = play("removed", kernel);
        run.cursor().go(run.chapters().get(1).lastStep());
        var groups = run.world().core().probing().groupList();
        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.devices().isEmpty()).isTrue();
            assertThat(group.gone().get()).isFalse();
            assertThat(group.defaultDomain().isNull()).isEqualTo(!keepsDomain);
        });
        assertThat(unit(run).translating()).isTrue();
        assertThat(domain(run, 0).freed().get()).isEqualTo(!keepsDomain);
    }
}
