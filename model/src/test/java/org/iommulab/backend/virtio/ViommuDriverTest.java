package org.iommulab.backend.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the driver has on each kernel, and the requests of its flows. */
class ViommuDriverTest {
    private static final Path STORIES = Path.of("..", "scenarios", "virtio-iommu");

    private static PlayedRun play(String story, String kernel) {
        return play(story, KernelSpec.parse(kernel));
    }

    private static PlayedRun play(String story, KernelBuild kernel) {
        return Player.play(ScenarioReader.open(STORIES.resolve(story + ".json")), kernel);
    }

    private static ScenarioFile story(String board, List<String> actions) {
        String text = """
            {"$schema": "../schema/scenario.schema.json", "id": "test", "title": "t", "summary": "s",
             "board": "%s", "kernel": "6.2", "story": [%s],
             "expect": {"*": {"outcome": "ok"}}}\
            """.formatted(board, String.join(",", actions));
        return ScenarioReader.parse(STORIES.resolve("test.json"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static PlayedRun perform(String board, String kernel, String commandLine, List<String> actions) {
        return Player.play(story(board, actions), KernelSpec.parse(kernel).withCommandLine(commandLine));
    }

    private static List<Event> events(PlayedRun run, int action) {
        int last = action + 1 < run.chapters().size()
                ? run.chapters().get(action + 1).firstStep()
                : run.recording().length() + 1;
        return IntStream.range(run.chapters().get(action).firstStep(), last)
                .mapToObj(run.recording()::event)
                .toList();
    }

    /** Requests that the driver queues ({@code MAP 0}: its type and its domain or endpoint), and kicks of the queue. */
    private static String requests(PlayedRun run, int action) {
        return events(run, action).stream()
                .flatMap(event -> switch (event) {
                    case Event.Data data
                    when data.lane() == Lane.DRIVER ->
                        Stream.of(data.term().name().replace("VIRTIO_IOMMU_T_", "") + " " + (data.value() >>> 32));
                    case Event.RegisterWrite write when write.offset() == VirtioLayout.NOTIFY -> Stream.of("kick");
                    default -> Stream.<String>of();
                })
                .collect(Collectors.joining(", "));
    }

    private static List<String> functions(PlayedRun run, int action) {
        return events(run, action).stream()
                .filter(e -> e instanceof Event.Enter || e instanceof Event.Callback)
                .map(e -> e.term().name())
                .filter(name -> name.startsWith("viommu"))
                .toList();
    }

    // kernel | probe_finalize | iotlb_sync_map and flush_iotlb_all
    @ParameterizedTest
    @CsvSource({
        "6.1,true,false",
        "6.2,true,false",
        "6.2+p1..p5,true,false",
        "6.3,true,false",
        "6.4,true,false",
        "6.7,true,false",
        "6.12,false,true"
    })
    void theTableOfEachKernel(String kernel, boolean finalizes, boolean queues) {
        OpsTable table =
                play("never-attached", kernel).world().backends().getFirst().sourceTable();
        assertThat(table.entries())
                .containsKeys(
                        Callback.CAPABLE,
                        Callback.DOMAIN_ALLOC,
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.DEVICE_GROUP,
                        Callback.GET_RESV_REGIONS,
                        Callback.OF_XLATE,
                        Callback.ATTACH_DEV,
                        Callback.MAP_PAGES,
                        Callback.UNMAP_PAGES,
                        Callback.IOTLB_SYNC,
                        Callback.IOVA_TO_PHYS,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.DETACH_DEV,
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.IS_ATTACH_DEFERRED,
                        Callback.DOMAIN_ALLOC_PAGING,
                        Callback.IDENTITY_DOMAIN,
                        Callback.BLOCKED_DOMAIN);
        assertThat(table.entries().containsKey(Callback.PROBE_FINALIZE)).isEqualTo(finalizes);
        assertThat(table.entries().containsKey(Callback.IOTLB_SYNC_MAP)).isEqualTo(queues);
        assertThat(table.entries().containsKey(Callback.FLUSH_IOTLB_ALL)).isEqualTo(queues);
    }

    @Test
    void aDeviceIsAskedAboutAndAttached() {
        for (String kernel : List.of("6.2", "6.12")) {
            assertThat(requests(play("boot-and-dma", kernel), 0))
                    .startsWith("PROBE 256, kick, ATTACH 0, kick, PROBE 32, kick, ATTACH 1, kick, PROBE 16");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "6.1,viommu_map_pages viommu_add_mapping viommu_send_req_sync",
        "6.7,viommu_map_pages viommu_add_mapping viommu_send_req_sync",
        "6.12,viommu_map_pages viommu_add_mapping viommu_add_req viommu_iotlb_sync_map viommu_sync_req"
    })
    void aMapWaitsOrIsSyncedAfterwards(String kernel, String functions) {
        PlayedRun run = play("boot-and-dma", kernel);
        assertThat(String.join(" ", functions(run, 1))).isEqualTo(functions);
        assertThat(requests(run, 1)).isEqualTo("MAP 0, kick");
    }

    @Test
    void anUnmapIsQueuedAndSynced() {
        for (String kernel : List.of("6.1", "6.4", "6.12")) {
            PlayedRun run = play("boot-and-dma", kernel);
            assertThat(requests(run, 7)).isEqualTo("UNMAP 2, kick");
            assertThat(functions(run, 7))
                    .containsExactly(
                            "viommu_iova_to_phys",
                            "viommu_unmap_pages",
                            "viommu_del_mappings",
                            "viommu_add_req",
                            "viommu_iotlb_sync",
                            "viommu_sync_req");
        }
    }

    @Test
    void ownershipIsOneAttachEachAndReattachingReplays() {
        for (String kernel : List.of("6.1", "6.2", "6.7", "6.12")) {
            PlayedRun run = play("owner-claim", kernel);
            assertThat(requests(run, 2)).as("claim").isEqualTo("ATTACH 4, kick");
            assertThat(requests(run, 5)).as("attach").isEqualTo("ATTACH 5, kick");
            assertThat(requests(run, 8)).as("detach").isEqualTo("ATTACH 4, kick");
            assertThat(requests(run, 11)).as("attach again").isEqualTo("ATTACH 5, kick, MAP 5, kick");
            assertThat(requests(run, 14)).as("free").isEmpty();
            assertThat(requests(run, 15)).as("release").isEqualTo("ATTACH 0, kick");
        }
    }

    // kernel | whether the host hears of a device that leaves
    @ParameterizedTest
    @CsvSource({"6.1,true", "6.2,false", "6.2+p1..p5,false", "6.3,false", "6.4,false", "6.7,true", "6.12,true"})
    void releaseDetaches(String kernel, boolean detaches) {
        PlayedRun run = play("removed", kernel);
        assertThat(requests(run, 2)).isEqualTo(detaches ? "DETACH 0, kick" : "");
        assertThat(requests(run, 3)).isEqualTo("PROBE 24, kick, ATTACH 0, kick");
    }

    @Test
    void aFullQueueIsSyncedOnce() {
        var actions = new ArrayList<String>(List.of("{\"do\": \"boot\"}"));
        for (int i = 0; i < 9; i++) {
            actions.add("""
                {"do": "map-buffer", "device": "0000:01:00.0", "pages": 1, "direction": "to-device", "name": "b%d"}\
                """.formatted(i));
        }
        for (int i = 0; i < 9; i++) {
            actions.add("{\"do\": \"unmap-buffer\", \"name\": \"b%d\"}".formatted(i));
        }
        PlayedRun run = perform("virt-virtio-iommu-old", "6.12", "iommu.strict=0", actions);
        for (int i = 10; i < 18; i++) {
            assertThat(requests(run, i)).isEqualTo("UNMAP 0");
        }
        assertThat(requests(run, 18)).as("8 requests take all 16 descriptors").isEqualTo("kick, UNMAP 0");
    }

    /** A board with a second IOMMU, which the disk is behind. */
    private static Board withTwo() throws IOException {
        String board = Files.readString(Path.of("..", "scenarios", "boards", "virt-virtio-iommu.json"))
                .replace("\"units\": [", """
                    "units": [{"name": "0000:00:05.0", "type": "virtio-iommu", "registers": "0x10050000"},\
                    """)
                .replace("\"devices\": [", """
                    "devices": [{"name": "0000:00:05.0", "title": "IOMMU", "type": "virtio-iommu",
                      "driver": "virtio-pci", "pci": {"type": "conventional"}},\
                    """)
                .replace("0000:00:01.0 0x18", "0000:00:05.0 0x18");
        return BoardReader.parse("two", board.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"6.1,-EXDEV,true", "6.2,-EINVAL,false", "6.12,-EINVAL,false"})
    void aDomainOfAnotherUnitIsRefused(String kernel, String error, boolean says) throws IOException {
        var story = story(
                "virt-virtio-iommu",
                List.of(
                        "{\"do\": \"boot\"}",
                        "{\"do\": \"vfio-bind\", \"device\": \"0000:01:00.0\"}",
                        "{\"do\": \"claim-dma-owner\", \"device\": \"0000:01:00.0\", \"owner\": \"a\"}",
                        "{\"do\": \"vfio-bind\", \"device\": \"0000:00:03.0\"}",
                        "{\"do\": \"claim-dma-owner\", \"device\": \"0000:00:03.0\", \"owner\": \"a\"}",
                        "{\"do\": \"new-domain\", \"name\": \"d\"}",
                        "{\"do\": \"attach-domain\", \"device\": \"0000:01:00.0\", \"domain\": \"d\"}",
                        "{\"do\": \"attach-domain\", \"device\": \"0000:00:03.0\", \"domain\": \"d\"}"));
        PlayedRun run =
                Player.play(new ScenarioFile(story.file(), story.scenario(), withTwo()), KernelSpec.parse(kernel));
        assertThat(run.chapters().get(6).result()).isEqualTo("0");
        assertThat(run.chapters().get(7).result()).isEqualTo(error);
        assertThat(events(run, 7).stream()
                        .anyMatch(e -> e instanceof Event.Log log
                                && log.term().name().equals("<3>cannot attach to foreign vIOMMU")))
                .isEqualTo(says);
    }

    @ParameterizedTest
    @EnumSource(ViommuLayout.Status.class)
    void everyAnswerIsAnErrno(ViommuLayout.Status status) {
        Map<ViommuLayout.Status, Long> expected = Map.of(
                ViommuLayout.Status.OK, 0L,
                ViommuLayout.Status.IOERR, -5L,
                ViommuLayout.Status.UNSUPP, -38L,
                ViommuLayout.Status.DEVERR, -5L,
                ViommuLayout.Status.INVAL, -22L,
                ViommuLayout.Status.RANGE, -34L,
                ViommuLayout.Status.NOENT, -2L,
                ViommuLayout.Status.FAULT, -14L,
                ViommuLayout.Status.NOMEM, -12L);
        assertThat(ViommuRequests.errno(status)).isEqualTo(expected.get(status));
    }

    @Test
    void aDeviceThatStandsStillHangsTheDriver() {
        PlayedRun run = perform(
                "virt-virtio-iommu",
                "6.2",
                "",
                List.of(
                        "{\"do\": \"boot\"}",
                        "{\"do\": \"write-register\", \"unit\": \"0000:00:01.0\", \"offset\": \"0x14\", \"value\":"
                                + " \"0x0\"}",
                        "{\"do\": \"allocate-buffer\", \"device\": \"0000:01:00.0\", \"pages\": 1, \"name\": \"b\"}"));
        assertThat(run.outcome()).isInstanceOf(Outcome.Hang.class);
    }

    @Test
    void withoutSyncAnUnmapIsNeverSent() {
        KernelBuild build = KernelSpec.parse("6.2").without(List.of(new Removal("virtio", Callback.IOTLB_SYNC)));
        PlayedRun run = play("boot-and-dma", build);
        assertThat(requests(run, 7)).isEqualTo("UNMAP 2");
    }

    @Test
    void unbindingVirtioPciReleasesAll() {
        PlayedRun run = perform(
                "virt-virtio-iommu",
                "6.12",
                "",
                List.of("{\"do\": \"boot\"}", "{\"do\": \"unbind\", \"device\": \"0000:00:01.0\"}"));
        assertThat(requests(run, 1)).contains("DETACH 0").contains("DETACH 1").contains("DETACH 2");
        assertThat(functions(run, 1)).contains("viommu_remove", "viommu_release_device");
        assertThat(run.world().core().probing().groupList()).isEmpty();
    }
}
