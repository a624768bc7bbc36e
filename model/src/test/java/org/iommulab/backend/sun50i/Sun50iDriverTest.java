package org.iommulab.backend.sun50i;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.StaticDomain;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, how it attaches, and what its hand-back does. */
class Sun50iDriverTest {
    private static final Stories STORIES = Stories.of("sun50i");
    private static final String MIXER = "1100000.mixer";

    private static Group group(PlayedRun run) {
        return Stories.group(run, MIXER);
    }

    private static IommuUnit unit(PlayedRun run) {
        return run.world().units().values().iterator().next();
    }

    private static Sun50iDomain domain(PlayedRun run, int number) {
        return Stories.domains(run.world(), Sun50iDomain.class).get(number);
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
        var table =
                STORIES.play("one-group", kernel).world().backends().getFirst().sourceTable();
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
        PlayedRun run = STORIES.play("one-group", kernel);
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
        assertThat(Stories.accesses(run, 0)).isEqualTo(expected);
    }

    /** Up to v6.4 a device that joins a group with a domain is attached twice. */
    @ParameterizedTest
    @CsvSource({"6.2,6", "6.3,6", "6.4,6", "6.7,4", "6.12,4"})
    void everyAttachCounts(String kernel, long references) {
        PlayedRun run = STORIES.play("one-group", kernel);
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
        PlayedRun run = STORIES.play("hand-back", kernel);
        run.cursor().go(run.chapters().get(6).lastStep());
        var world = run.world();
        var standard = domain(run, 0);
        assertThat(world.kernel().log().warnings()).isZero();
        assertThat(group(run).domain().require()).isSameAs(standard);
        assertThat(world.notedDomain(Stories.device(run, MIXER))).contains(standard);
        assertThat(unit(run).tableBase()).isEqualTo(standard.tableBase());
        assertThat(world.clientsOf(standard))
                .extracting(Device::label)
                .containsExactly(unit(run).label());
        assertThat(world.clientsOf(domain(run, 1))).isEmpty();
        assertThat(domain(run, 1).references()).isEqualTo(1);
        // the hardware is never switched off on the way, and nobody calls detach_dev
        assertThat(Stories.accesses(run, 6))
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
        PlayedRun run = STORIES.play("hand-back", "6.2");
        run.cursor().go(run.chapters().get(2).firstStep());
        long before = run.world().site().frames().inUse();
        run.cursor().last();
        assertThat(run.world().site().frames().inUse() - before).isEqualTo(1024);
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
        PlayedRun run = STORIES.play(story, "6.1");
        assertThat(run.judgements()).isNotEmpty().allMatch(Judgement::met);
    }

    // ---- the identity domain

    @ParameterizedTest
    @ValueSource(strings = {"6.7", "6.12"})
    void withPassthroughTheHardwareStaysInResetUntilADomainComes(String kernel) {
        PlayedRun run = STORIES.play("identity", kernel);
        run.cursor().go(run.chapters().getFirst().lastStep());
        assertThat(unit(run).powered()).isFalse();
        assertThat(group(run).domain().require()).isInstanceOf(StaticDomain.class);
        assertThat(run.world().notedDomain(Stories.device(run, MIXER)))
                .contains(group(run).domain().require());
        // identity again: the hardware still has the domain that was left
        run.cursor().go(run.chapters().get(5).lastStep());
        assertThat(Stories.accesses(run, 5)).isEmpty();
        assertThat(group(run).domain().require()).isInstanceOf(StaticDomain.class);
        assertThat(run.world().notedDomain(Stories.device(run, MIXER))).contains(domain(run, 0));
        assertThat(unit(run).tableBase()).isEqualTo(domain(run, 0).tableBase());
    }

    @Test
    void theCountReachesZeroOneDeviceTooLate() {
        PlayedRun run = STORIES.play("count-runs-out", "6.7");
        assertThat(Stories.accesses(run, 4)).containsExactly("20=0", "50=0");
        run.cursor().go(run.chapters().get(4).lastStep());
        assertThat(domain(run, 0).references()).isZero();
        assertThat(unit(run).powered()).isFalse();
        assertThat(run.world().notedDomain(Stories.device(run, MIXER))).isEmpty();
    }

    // ---- the rest

    /** Up to v6.6 the driver's own reference keeps the group and its domain. */
    @ParameterizedTest
    @CsvSource({"6.2,true", "6.4,true", "6.7,false", "6.12,false"})
    void anEmptyGroupStays(String kernel, boolean keepsDomain) {
        PlayedRun run = STORIES.play("removed", kernel);
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
