package org.iommulab.backend.tegragart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.testkit.Stories.accesses;
import static org.iommulab.testkit.Stories.device;
import static org.iommulab.testkit.Stories.group;

import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.rules.Partings;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.EventKind;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, what it writes and what it does not, and its end. */
class GartDriverTest {
    private static final Stories STORIES = Stories.of("tegragart");
    private static final String DISPLAY = "54200000.dc";
    private static final String ENGINE = "54140000.gr2d";
    private static final List<String> ALWAYS = List.of(
            "attach_dev",
            "device_group",
            "domain_alloc",
            "free",
            "iotlb_sync",
            "pgsize_bitmap",
            "iotlb_sync_map",
            "iova_to_phys",
            "map",
            "of_xlate",
            "probe_device",
            "unmap");

    private static IommuDomain domain(PlayedRun run, int which) {
        return run.world().core().domains().all().get(which);
    }

    // ---- the table

    @ParameterizedTest
    @CsvSource({
        "6.1, detach_dev",
        "6.2, detach_dev",
        "6.2+p1, detach_dev",
        "6.2+p1..p2, detach_dev",
        "6.2+p1..p3, set_platform_dma_ops",
        "6.2+p1..p4, set_platform_dma_ops",
        "6.2+p1..p5, set_platform_dma_ops",
        "6.3, set_platform_dma_ops",
        "6.4, set_platform_dma_ops"
    })
    void theTableHasOneOfTheTwo(String kernel, String which) {
        var table =
                STORIES.play("one-domain", kernel).world().backends().getFirst().sourceTable();
        assertThat(table.table()).isEqualTo("gart_iommu_ops");
        assertThat(table.entries().keySet().stream().map(Callback::kernelName).collect(Collectors.toSet()))
                .isEqualTo(new TreeSet<>(
                        Stream.concat(ALWAYS.stream(), Stream.of(which)).toList()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.7", "6.12"})
    void theDriverIsGone(String kernel) {
        PlayedRun run = STORIES.play("aperture", kernel);
        var world = run.world();
        assertThat(world.backends().getFirst().sourceTable().entries()).isEmpty();
        assertThat(accesses(run, 0)).as("only the memory controller's own").containsExactly("4=1c0");
        run.cursor().last();
        assertThat(world.core().probing().groupList()).isEmpty();
        assertThat(world.core().probing().instances().toList()).isEmpty();
        assertThat(device(run, "7000f000.memory-controller").driverName()).contains("tegra-mc");
        assertThat(device(run, DISPLAY).deferred().get()).isTrue();
        assertThat(run.chapters().get(3).result()).isEqualTo("-ENOMEM");
        assertThat(run.chapters().get(4).result()).isEqualTo("cannot go on");
    }

    // ---- boot

    @Test
    void bootEmptiesEveryEntryAndSwitchesTheApertureOn() {
        PlayedRun run = STORIES.play("aperture", "6.2");
        List<String> all = accesses(run, 0);
        assertThat(all).hasSize(1 + 2 * 8192 + 2);
        assertThat(all.subList(0, 5)).containsExactly("4=1c0", "28=58000000", "2c=0", "28=58001000", "2c=0");
        assertThat(all.subList(all.size() - 4, all.size())).containsExactly("28=59fff000", "2c=0", "24=1", "24?");
        run.cursor().go(run.chapters().getFirst().lastStep());
        assertThat(run.world().core().probing().groupList()).hasSize(2).allSatisfy(group -> {
            assertThat(group.devices().size()).isEqualTo(1);
            assertThat(group.defaultDomain().isNull()).isTrue();
            assertThat(group.domain().isNull()).isTrue();
        });
    }

    // ---- what is written, and what is not

    @Test
    void attachWritesNothingAndAMapTwoRegisters() {
        PlayedRun run = STORIES.play("aperture", "6.2");
        assertThat(accesses(run, 4)).as("attach").isEmpty();
        assertThat(accesses(run, 5)).as("map").containsExactly("28=58123000", "2c=80300000", "24?");
        assertThat(accesses(run, 10))
                .as("map outside: the core unmaps nothing, and syncs")
                .containsExactly("24?");
        assertThat(accesses(run, 11)).as("unmap").containsExactly("28=58124000", "2c=0", "24?");
    }

    @Test
    void theModuleParameterReadsFirst() {
        PlayedRun run = STORIES.play("debugged", "6.4");
        assertThat(accesses(run, 3)).containsExactly("28=58000000", "2c?", "28=58000000", "2c=80300000", "24?");
        assertThat(accesses(run, 4)).containsExactly("28=58000000", "2c?", "24?");
        assertThat(accesses(run, 5)).containsExactly("28=58001000", "2c?", "24?");
    }

    @ParameterizedTest
    @CsvSource({"6.1,-EBUSY", "6.2,-EINVAL", "6.2+p1..p5,-EINVAL", "6.4,-EINVAL"})
    void aSecondDomainIsRefused(String kernel, String error) {
        assertThat(STORIES.play("one-domain", kernel).chapters().get(4).result())
                .isEqualTo(error);
    }

    // ---- hand-back

    @ParameterizedTest
    @CsvSource({"6.1,1", "6.2,1", "6.2+p1,1", "6.2+p1..p2,1", "6.2+p1..p3,0", "6.2+p1..p5,0", "6.3,0", "6.4,0"})
    void handedBackItsEntriesStay(String kernel, int traces) {
        PlayedRun run = STORIES.play("left-in-the-aperture", kernel);
        assertThat(accesses(run, 4)).as("detach").isEmpty();
        run.cursor().go(run.chapters().get(4).lastStep());
        assertThat(run.world().kernel().log().warnings()).isZero();
        assertThat(group(run, DISPLAY).domain().isNull()).isTrue();
        assertThat(run.world().notedDomain(device(run, DISPLAY))).isEmpty();
        assertThat(run.world().clientsOf(domain(run, 0))).isEmpty();
        assertThat(domain(run, 0).mappedPages()).isEqualTo(1);
        assertThat(domain(run, 0).lookUp(0x5800_0000L)).isEqualTo(0x30_0000);
        assertThat(Partings.ofGroups(run.world()))
                .extracting(Partings.Parting::device)
                .containsExactly(device(run, ENGINE), device(run, DISPLAY));
        assertThat(IntStream.rangeClosed(1, run.recording().length())
                        .filter(step -> run.recording().kind(step) == EventKind.TRACEPOINT
                                && run.recording().event(step).term().name().equals("detach_device_from_domain"))
                        .count())
                .isEqualTo(traces);
    }

    @Test
    void theApertureIsEverybodysWhileSomebodyHasIt() {
        PlayedRun run = STORIES.play("left-in-the-aperture", "6.2");
        run.cursor().go(run.chapters().get(3).lastStep());
        assertThat(group(run, ENGINE).domain().isNull()).isTrue();
        assertThat(Partings.ofGroups(run.world())).isEmpty();
        run.cursor().last();
        assertThat(domain(run, 0).mappedPages()).as("overwritten").isZero();
        assertThat(domain(run, 1).mappedPages()).isEqualTo(1);
        assertThat(Partings.ofGroups(run.world())).isEmpty();
    }

    // kernel | taken away | warnings of the detach | does the core forget the domain
    @ParameterizedTest
    @CsvSource({
        "6.2, DETACH_DEV, 2, false",
        "6.2+p1..p2, DETACH_DEV, 1, true",
        "6.2+p1..p3, SET_PLATFORM_DMA_OPS, 1, true",
        "6.2+p1..p5, SET_PLATFORM_DMA_OPS, 1, true",
        "6.4, SET_PLATFORM_DMA_OPS, 1, true"
    })
    void withoutItsWayBackNoOtherDomainIsEverActive(String kernel, Callback callback, int warnings, boolean forgets) {
        PlayedRun run = STORIES.play(
                "left-in-the-aperture", KernelSpec.parse(kernel).without(List.of(new Removal("tegra-gart", callback))));
        run.cursor().go(run.chapters().get(4).lastStep());
        assertThat(run.world().kernel().log().warnings()).isEqualTo(warnings);
        assertThat(group(run, DISPLAY).domain().isNull()).isEqualTo(forgets);
        assertThat(run.world().notedDomain(device(run, DISPLAY))).contains(domain(run, 0));
        assertThat(run.chapters().get(7).result())
                .as("another device, another domain")
                .isEqualTo("-EINVAL");
    }

    @Test
    void aDomainThatIsFreedWhileActiveWarns() {
        var world = STORIES.live("one-domain", "6.2");
        var engine = Objects.requireNonNull(world.devices().get(ENGINE));
        var active = Group.of(engine).orElseThrow().domain().require();
        world.core().domains().free(active);
        assertThat(world.kernel().log().warnings()).isEqualTo(1);
        var other = world.core()
                .domains()
                .alloc(world.backends().getFirst().ops(), DomainType.UNMANAGED)
                .orElseThrow();
        world.core().domains().free(other);
        assertThat(world.kernel().log().warnings()).isEqualTo(1);
        assertThat(world.core().attaching().attachDevice(other, engine)).isEqualTo(Errno.EBUSY.negative());
    }

    @Test
    void theGluesAddressesMissTheAperture() {
        PlayedRun run = STORIES.play("arm-glue", "6.2");
        run.cursor().last();
        assertThat(run.chapters().get(1).result()).isEqualTo("-ENOMEM");
        assertThat(device(run, ENGINE).dmaMapping().isNull()).isFalse();
        assertThat(device(run, DISPLAY).dmaMapping().isNull()).isTrue();
    }
}
