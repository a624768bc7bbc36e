package org.iommulab.backend.tegrasmmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.testkit.Stories.accesses;
import static org.iommulab.testkit.Stories.device;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.GroupName;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.EventKind;
import org.iommulab.testkit.Stories;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, what its hand-back does, and the register accesses of its flows. */
class TegraSmmuDriverTest {
    private static final Stories STORIES = Stories.of("tegrasmmu");
    private static final String HOST1X = "50000000.host1x";
    private static final List<String> ALWAYS =
            List.of("attach_dev", "device_group", "free", "iova_to_phys", "of_xlate", "pgsize_bitmap", "probe_device");

    private static PlayedRun without(String story, String kernel, Callback callback) {
        return STORIES.play(story, KernelSpec.parse(kernel).without(List.of(new Removal("tegra-smmu", callback))));
    }

    private static long count(PlayedRun run, EventKind kind, String name) {
        return IntStream.rangeClosed(1, run.recording().length())
                .filter(step -> run.recording().kind(step) == kind
                        && run.recording().event(step).term().name().equals(name))
                .count();
    }

    private static boolean isTranslated(PlayedRun run, String name) {
        DmaMaster port = run.world().topology().portsOf(name).getFirst();
        return port.unit().orElseThrow().translating(port);
    }

    private static TegraSmmuDomain domain(World world, int which) {
        return (TegraSmmuDomain) world.core().domains().all().stream()
                .filter(TegraSmmuDomain.class::isInstance)
                .toList()
                .get(which);
    }

    // ---- the table

    // kernel | what it has besides
    @ParameterizedTest
    @CsvSource({
        "6.1, domain_alloc map unmap detach_dev",
        "6.2, domain_alloc map unmap detach_dev",
        "6.2+p1, domain_alloc map unmap detach_dev",
        "6.2+p1..p2, domain_alloc map unmap detach_dev",
        "6.2+p1..p3, domain_alloc map unmap set_platform_dma_ops",
        "6.2+p1..p4, domain_alloc map unmap set_platform_dma_ops",
        "6.2+p1..p5, domain_alloc map unmap set_platform_dma_ops",
        "6.3, domain_alloc map unmap set_platform_dma_ops",
        "6.4, domain_alloc map unmap set_platform_dma_ops",
        "6.7, domain_alloc_paging identity_domain def_domain_type map_pages unmap_pages",
        "6.12, domain_alloc_paging identity_domain def_domain_type map_pages unmap_pages"
    })
    void theTableOfEachKernel(String kernel, String besides) {
        var table =
                STORIES.play("map-first", kernel).world().backends().getFirst().sourceTable();
        assertThat(table.table()).isEqualTo("tegra_smmu_ops");
        assertThat(table.entries().keySet().stream().map(Callback::kernelName).collect(Collectors.toSet()))
                .isEqualTo(new TreeSet<>(Stream.concat(ALWAYS.stream(), Stream.of(besides.split(" ")))
                        .toList()));
    }

    // ---- boot

    @Test
    void bootBringsTheSmmuUpAndGroupsByTheChipsList() {
        PlayedRun run = STORIES.play("shared-group", "6.2");
        assertThat(accesses(run, 0))
                .containsExactly("4=13d40", "18=2800003f", "14=30000020", "34=0", "30=0", "10=1", "1c?");
        run.cursor().go(run.chapters().getFirst().lastStep());
        assertThat(run.world().core().probing().groupList())
                .extracting(group ->
                        group.devices().toList().stream().map(Device::label).toList())
                .containsExactly(
                        List.of(HOST1X),
                        List.of("54200000.dc", "54240000.dc", "54340000.vic"),
                        List.of("57000000.gpu"));
    }

    /** tegra_smmu_device_group: the name is that of the chip's list. */
    @ParameterizedTest
    @CsvSource({"shared-group, '|drm|'", "arm64-display, '|display|'"})
    void aGroupThatTheChipListsHasAName(String story, String names) {
        PlayedRun run = STORIES.play(story, "6.2");
        run.cursor().go(run.chapters().getFirst().lastStep());
        assertThat(run.world().core().probing().groupList().stream()
                        .map(group -> group.name().get().map(GroupName::label).orElse(""))
                        .collect(Collectors.joining("|")))
                .isEqualTo(names);
    }

    @ParameterizedTest
    @CsvSource({"6.1,NULL", "6.2,NULL", "6.4,NULL", "6.7,identity", "6.12,identity"})
    void theDefaultDomainIsNoneThenIdentityOnEveryArchitecture(String kernel, String expected) {
        for (String story : List.of("hand-back", "arm64-display")) {
            PlayedRun run = STORIES.play(story, kernel);
            run.cursor().go(run.chapters().getFirst().lastStep());
            Group group = Group.of(device(run, HOST1X)).orElseThrow();
            String type = group.defaultDomain().get().map(d -> d.type().sysfs()).orElse("NULL");
            assertThat(type).as(story).isEqualTo(expected);
            assertThat(group.domain().same(group.defaultDomain())).isTrue();
            assertThat(device(run, HOST1X).dmaOps().isNull()).isTrue();
        }
    }

    // ---- attach and hand-back

    /** The sheet's attach sequence: prepare, then the software group, then its three ports. */
    @Test
    void attachWritesTheAddressSpaceThenTheGroupThenItsPorts() {
        PlayedRun run = STORIES.play("hand-back", "6.2");
        run.cursor().last();
        long base = domain(run.world(), 0).tableBase();
        assertThat(accesses(run, 4))
                .containsExactly(
                        "9b8=0",
                        "34=" + Long.toHexString(base | 1),
                        "30=80000000",
                        "1c=0",
                        "20=" + Long.toHexString(0xe000_0000L | base >>> 12),
                        "1c?",
                        "250?",
                        "250=80000000",
                        "228?",
                        "228=400000",
                        "228?",
                        "228=c00000",
                        "22c?",
                        "22c=400000");
    }

    @Test
    void mapFlushesTheDirectorysWordThenThePagesWord() {
        PlayedRun run = STORIES.play("two-caches", "6.2");
        run.cursor().last();
        long directory = domain(run.world(), 0).tableBase();
        long table = directory + 0x1000;
        assertThat(accesses(run, 3))
                .containsExactly(
                        "9b8=0",
                        "34=" + Long.toHexString(directory | 1),
                        "30=80000002",
                        "1c?",
                        "9b8=0",
                        "34=" + Long.toHexString(table + 0x40 | 1),
                        "30=80000013",
                        "1c?",
                        "9b8=0",
                        "34=" + Long.toHexString(table + 0x40 | 1),
                        "30=80000013",
                        "1c?");
        assertThat(count(run, EventKind.WALK_READ, "pt entry, from the PTC"))
                .as("the neighbour's entry is in the line")
                .isEqualTo(2);
    }

    // kernel | events detach_device_from_domain
    @ParameterizedTest
    @CsvSource({
        "6.1,1",
        "6.2,1",
        "6.2+p1,1",
        "6.2+p1..p2,1",
        "6.2+p1..p3,0",
        "6.2+p1..p4,0",
        "6.2+p1..p5,0",
        "6.3,0",
        "6.4,0",
        "6.7,0"
    })
    void theHandBackIsTheSameOnEveryKernel(String kernel, int traces) {
        PlayedRun run = STORIES.play("hand-back", kernel);
        assertThat(accesses(run, 8))
                .containsExactly("250?", "250=0", "228?", "228=800000", "228?", "228=0", "22c?", "22c=0");
        run.cursor().go(run.chapters().get(9).firstStep());
        Group group = Group.of(device(run, HOST1X)).orElseThrow();
        assertThat(run.world().kernel().log().warnings()).isZero();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(isTranslated(run, HOST1X)).isFalse();
        assertThat(domain(run.world(), 0).useCount().get()).isZero();
        assertThat(domain(run.world(), 0).smmu().isNull()).isTrue();
        assertThat(count(run, EventKind.TRACEPOINT, "detach_device_from_domain"))
                .isEqualTo(traces);
    }

    // kernel | taken away | warnings of the detach | does the core forget the domain
    @ParameterizedTest
    @CsvSource({
        "6.2, DETACH_DEV, 2, false",
        "6.2+p1, DETACH_DEV, 2, false",
        "6.2+p1..p2, DETACH_DEV, 1, true",
        "6.2+p1..p3, SET_PLATFORM_DMA_OPS, 1, true",
        "6.2+p1..p5, SET_PLATFORM_DMA_OPS, 1, true",
        "6.4, SET_PLATFORM_DMA_OPS, 1, true"
    })
    void withoutItsWayBackTheSmmuGoesOn(String kernel, Callback callback, int warnings, boolean forgets) {
        PlayedRun run = without("hand-back", kernel, callback);
        assertThat(accesses(run, 8)).isEmpty();
        run.cursor().go(run.chapters().get(9).firstStep());
        IommuDomain domain = domain(run.world(), 0);
        assertThat(run.world().kernel().log().warnings()).isEqualTo(warnings);
        assertThat(Group.of(device(run, HOST1X)).orElseThrow().domain().isNull())
                .isEqualTo(forgets);
        assertThat(isTranslated(run, HOST1X)).isTrue();
        assertThat(run.world().clientsOf(domain)).hasSize(1);
        assertThat(run.chapters().get(9).result()).as("a physical address").isEqualTo("-EIO");

        run.cursor().last();
        assertThat(run.world().kernel().log().warnings())
                .as("the free finds it in use")
                .isEqualTo(warnings + 1L);
        assertThat(run.world()
                        .pointedAtBy(run.world().units().values().iterator().next()))
                .containsExactly(domain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2+p1..p2", "6.7", "6.12"})
    void theSeriesOpIsNotMissedWhereItIsNotAsked(String kernel) {
        assertThat(without("hand-back", kernel, Callback.SET_PLATFORM_DMA_OPS)
                        .outcome()
                        .word())
                .isEqualTo("ok");
    }

    // ---- uses and numbers

    // the second number: v6.12 reads the firmware's list twice
    @ParameterizedTest
    @CsvSource({"6.2,2,3", "6.4,2,3", "6.7,2,3", "6.12,4,6"})
    void eachSoftwareGroupIsAUse(String kernel, int oneDevice, int threeDevices) {
        PlayedRun one = STORIES.play("two-swgroups", kernel);
        one.cursor().go(one.chapters().get(2).lastStep());
        assertThat(domain(one.world(), 0).useCount().get()).isEqualTo(oneDevice);
        PlayedRun three = STORIES.play("shared-group", kernel);
        three.cursor().go(three.chapters().get(3).lastStep());
        assertThat(domain(three.world(), 0).useCount().get()).isEqualTo(threeDevices);
        three.cursor().last();
        assertThat(domain(three.world(), 0).useCount().get()).isZero();
    }

    @Test
    void aNumberThatIsHandedOutAgainIsFlushedThen() {
        PlayedRun run = STORIES.play("four-address-spaces", "6.2");
        assertThat(accesses(run, 3)).as("unbind").noneMatch(access -> access.startsWith("30="));
        assertThat(accesses(run, 5)).as("bind").contains("30=a0000000", "1c=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.2+p1..p5", "6.7", "6.12"})
    void fromDomainToDomainNobodyLeaves(String kernel) {
        PlayedRun run = STORIES.play("lost-numbers", kernel);
        run.cursor().last();
        assertThat(run.chapters().get(16).result()).isEqualTo("-ENOSPC");
        assertThat(IntStream.range(1, 4)
                        .mapToObj(user -> domain(run.world(), user).useCount().get()))
                .allMatch(uses -> uses > 0);
        assertThat(run.world().kernel().log().warnings()).as("WARN_ON_ONCE").isEqualTo(1);
    }

    // ---- callbacks that are called without a test

    @Test
    void ofXlateIsCalledByTheDriverItself() {
        PlayedRun run = without("hand-back", "6.2", Callback.OF_XLATE);
        assertThat(run.outcome().word()).isEqualTo("oops");
        assertThat(run.outcome().text()).contains("of_xlate");
        // of_iommu_configure tests for it, and comes first in v6.12
        assertThat(without("hand-back", "6.12", Callback.OF_XLATE)
                        .chapters()
                        .getFirst()
                        .result())
                .isEqualTo("0");
    }

    @Test
    void faultsComeInPairsAndTellTheWidthOfAnAddress() {
        assertThat(faults("boot-splash", "6.2"))
                .containsExactly(
                        "display0a: read @0x80200000: EMEM address decode error (SMMU translation error [--S])",
                        "display0a: read @0x80200000: Page fault (SMMU translation error [--S])",
                        "vicswr: write @0x00001000: EMEM address decode error (SMMU translation error [R--])",
                        "vicswr: write @0x00001000: Page fault (SMMU translation error [R--])");
        assertThat(faults("arm64-display", "6.12"))
                .containsExactly(
                        "display0a: read @0x00000000fe000000: EMEM address decode error (SMMU translation error [--S])",
                        "display0a: read @0x00000000fe000000: Page fault (SMMU translation error [--S])");
    }

    private static List<String> faults(String story, String kernel) {
        PlayedRun run = STORIES.play(story, kernel);
        String prefix = "tegra-mc 70019000.memory-controller: ";
        return KernelLogText.lines(run.recording(), run.logForm()).stream()
                .map(KernelLogText.Line::text)
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }

    @Test
    void theInterruptReadsForEachLineAndAcknowledgesOnce() {
        PlayedRun run = STORIES.play("boot-splash", "6.2");
        assertThat(accesses(run, 4)).containsExactly("0?", "8?", "c?", "8?", "c?", "0=440");
    }
}
