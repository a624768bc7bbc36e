package org.iommulab.backend.sun50i;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.core.Group;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The register accesses of maps and faults, and boards that are built otherwise. */
class Sun50iMappingTest {
    private static final Stories STORIES = Stories.of("sun50i");
    private static final String MIXER = "1100000.mixer";
    private static final String ALONE =
            "{\"do\": \"boot\", \"without\": [\"1c00000.video-codec-g2\", \"1c0e000.video-codec\"]},";
    private static final String OWN = "{\"do\": \"new-domain\", \"name\": \"own\"},"
            + "{\"do\": \"attach-domain\", \"device\": \"" + MIXER + "\", \"domain\": \"own\"},";

    /** Plays a story of the test's own with the mixer alone; its first action has number 1, after boot. */
    private static PlayedRun playActions(KernelBuild kernel, String actions) {
        return playActions(STORIES, kernel, actions);
    }

    private static PlayedRun playActions(Stories place, KernelBuild kernel, String actions) {
        return place.playActions("pine-h64", kernel, ALONE + actions);
    }

    /** The same with another board. */
    private static Stories withBoard(Path folder, String from, String to) throws IOException {
        String board = Files.readString(Stories.board("pine-h64"));
        assertThat(board).contains(from);
        Files.createDirectories(folder.resolve("boards"));
        Files.writeString(folder.resolve("boards").resolve("pine-h64.json"), board.replace(from, to));
        return new Stories(folder);
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

    private static IommuUnit unit(PlayedRun run) {
        return run.world().units().values().iterator().next();
    }

    private static Sun50iDomain domain(PlayedRun run, int number) {
        return Stories.domains(run.world(), Sun50iDomain.class).get(number);
    }

    // ---- mapping

    @Test
    void aMappingInvalidatesItsEdgesAndAnUnmapEverything() {
        PlayedRun run = STORIES.play("hand-back", "6.2");
        assertThat(Stories.accesses(run, 4))
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
        assertThat(Stories.accesses(STORIES.play("one-group", "6.2"), 6)).containsExactly("80=3003f", "80?");
        assertThat(Stories.accesses(STORIES.play("hand-back", "6.1"), 4)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6.1,0", "6.7,0", "6.12,-EINVAL"})
    void anAddressBeyond4GbIsRefusedFrom611On(String kernel, String result) {
        String high = map("0x1000", "0x140206000", "read-write") + "," + map("0x2000", "0x140207000", "read-write");
        PlayedRun run = playActions(KernelSpec.parse(kernel), OWN + high);
        boolean refused = result.equals("-EINVAL");
        assertThat(run.chapters().get(3).result()).isEqualTo(refused ? result : "0");
        assertThat(run.chapters().get(4).result()).isEqualTo(refused ? result : "0");
        assertThat(Stories.log(run).stream()
                        .filter("sun50i-iommu 30f0000.iommu: attempt to map address beyond 4GB"::equals))
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
        List<String> accesses = Stories.accesses(STORIES.play("faults", "6.2"), 2);
        assertThat(accesses).startsWith("108?", "180?", "184?", "130?", "180?", "40=0", "90=100000");
        assertThat(accesses).endsWith("40=1", "104=10000", "10=fffffff7", "10=ffffffff");
        assertThat(Stories.accesses(STORIES.play("faults", "6.2"), 3))
                .startsWith("108?", "180?", "184?", "134?", "184?");
        assertThat(Stories.accesses(STORIES.play("faults", "6.2"), 7))
                .startsWith("108?", "180?", "184?", "108?", "11c?", "15c?");
    }

    @Test
    void v61TakesTheStatusForMastersAndHoldsThemInReset() {
        PlayedRun run = STORIES.play("faults", "6.1");
        assertThat(Stories.accesses(run, 2))
                .containsExactly("108?", "130?", "180?", "104=10000", "10=fffeffff", "10=10000");
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
        assertThat(Stories.log(merging))
                .contains("sun50i-iommu 30f0000.iommu: Page fault for 0x0000000000001000 (master 0, dir wr)");
    }

    @Test
    void aMasterThatPassesAfterResetIsTranslatedFrom611OnOnly(@TempDir Path folder) throws IOException {
        Stories board = withBoard(
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
        Stories board = withBoard(
                folder,
                "\"registers\": \"0x30f0000\",\n      \"clocks\": { \"bus\": \"bus-iommu\" }",
                "\"registers\": \"0x30f0000\"");
        PlayedRun run = playActions(board, KernelSpec.parse("6.2"), read("0x40206000"));
        assertThat(Stories.log(run)).contains("sun50i-iommu 30f0000.iommu: Couldn't get our clock.");
        assertThat(Group.of(Stories.device(run, MIXER))).isEmpty();
        // the group is made before the clock is looked for, and given back
        assertThat(Stories.calls(run, 0)).contains("iommu_group_alloc", "iommu_group_release");
        assertThat(run.world().core().probing().groupList()).isEmpty();
        assertThat(run.chapters().get(1).result()).isEqualTo("0");
    }

    @Test
    void aDomainWhoseCountIs0IsCountedWithAWarning() {
        PlayedRun run = playActions(
                KernelSpec.parse("6.7").withCommandLine("iommu.passthrough=1"),
                OWN + "{\"do\": \"detach-domain\", \"device\": \"" + MIXER + "\", \"domain\": \"own\"},"
                        + "{\"do\": \"add-device\", \"device\": \"1c0e000.video-codec\"},"
                        + "{\"do\": \"remove-device\", \"device\": \"1c0e000.video-codec\"},"
                        + "{\"do\": \"attach-domain\", \"device\": \"" + MIXER + "\", \"domain\": \"own\"}");
        assertThat(Stories.log(run)).contains("refcount_t: addition on 0; use-after-free.");
        assertThat(run.outcome().text()).contains("iommu.domain");
    }
}
