package org.iommulab.backend.msm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.iommulab.board.World;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver has at each level, what its hand-back does, and its traps. */
class MsmDriverTest {
    private static final Stories STORIES = Stories.of("msm");
    private static final String FIRST = "7500000.iommu";
    private static final String SECOND = "7600000.iommu";

    /** Register writes of one action: {@code 7500000 CB0_SCTLR<-7}. */
    private static List<String> writes(PlayedRun run, int action) {
        return events(run, action, Event.RegisterWrite.class::isInstance).stream()
                .map(Event.RegisterWrite.class::cast)
                .map(e -> run.world().machine().labelOf(e.object()).substring(0, 7) + " "
                        + e.term().name() + "<-" + Long.toHexString(e.value()))
                .toList();
    }

    private static List<Event> events(PlayedRun run, int action, Predicate<Event> wanted) {
        return Stories.events(run, action).stream().filter(wanted).toList();
    }

    private static Map<String, String> registers(World world, String name) {
        var values = new TreeMap<String, String>();
        Stories.unit(world, name).registers().forEach(r -> values.put(r.name(), Long.toHexString(r.value())));
        return values;
    }

    // ---- the tables of callbacks

    // kernel | detach_dev | set_platform_dma_ops | statics and domain_alloc_paging | one page a call
    @ParameterizedTest
    @CsvSource({
        "6.1,true,false,false,true",
        "6.2,true,false,false,false",
        "6.2+p1,true,false,false,false",
        "6.2+p1..p2,true,false,false,false",
        "6.2+p1..p3,false,true,false,false",
        "6.2+p1..p5,false,true,false,false",
        "6.2+p3,false,true,false,false",
        "6.3,false,true,false,false",
        "6.4,false,true,false,false",
        "6.7,false,false,true,false",
        "6.12,false,false,true,false"
    })
    void theTablesAreTheSheets(String kernel, boolean detach, boolean platform, boolean statics, boolean one) {
        var table =
                STORIES.play("removed", kernel).world().backends().getFirst().sourceTable();
        var expected = new HashSet<>(Set.of(
                Callback.PROBE_DEVICE,
                Callback.DEVICE_GROUP,
                Callback.OF_XLATE,
                Callback.ATTACH_DEV,
                Callback.IOTLB_SYNC_MAP,
                Callback.IOVA_TO_PHYS,
                Callback.FREE,
                Callback.PGSIZE_BITMAP));
        expected.addAll(one ? Set.of(Callback.MAP, Callback.UNMAP) : Set.of(Callback.MAP_PAGES, Callback.UNMAP_PAGES));
        expected.addAll(
                statics
                        ? Set.of(Callback.IDENTITY_DOMAIN, Callback.DOMAIN_ALLOC_PAGING)
                        : Set.of(Callback.DOMAIN_ALLOC));
        if (detach) {
            expected.add(Callback.DETACH_DEV);
        }
        if (platform) {
            expected.add(Callback.SET_PLATFORM_DMA_OPS);
        }
        assertThat(table.entries().keySet()).isEqualTo(expected);
    }

    // ---- hand-back

    // kernel | function that gives back | tracepoint of detach
    @ParameterizedTest
    @CsvSource({
        "6.1,msm_iommu_detach_dev,true",
        "6.2,msm_iommu_detach_dev,true",
        "6.2+p1,msm_iommu_detach_dev,true",
        "6.2+p1..p2,msm_iommu_detach_dev,true",
        "6.2+p1..p3,msm_iommu_set_platform_dma,false",
        "6.2+p1..p4,msm_iommu_set_platform_dma,false",
        "6.2+p1..p5,msm_iommu_set_platform_dma,false",
        "6.3,msm_iommu_set_platform_dma,false",
        "6.4,msm_iommu_set_platform_dma,false",
        "6.7,msm_iommu_identity_attach,false",
        "6.12,msm_iommu_identity_attach,false"
    })
    void handingBackDoesTheSameAtEachLevelUnderAnotherName(String kernel, String function, boolean traced) {
        PlayedRun run = STORIES.play("hand-back", kernel);
        run.cursor().go(run.chapters().get(5).firstStep());
        World world = run.world();
        Device device = world.devices().get("5100000.mdp");
        assertThat(world.kernel().log().warnings()).isZero();
        assertThat(Group.of(device).orElseThrow().domain().get().map(IommuDomain::label))
                .isEqualTo(
                        function.equals("msm_iommu_identity_attach")
                                ? Optional.of("msm_iommu_identity_domain")
                                : Optional.empty());
        assertThat(world.topology().portsOf("5100000.mdp"))
                .hasSize(4)
                .noneMatch(port -> port.unit().orElseThrow().translating(port));
        assertThat(device.dmaOps().isNull()).isTrue();
        assertThat(events(run, 4, e -> e.term().name().equals(function))).isNotEmpty();
        assertThat(events(run, 4, e -> e.term().name().contains("detach_device_from_domain")))
                .hasSize(traced ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"6.2+p3,2,false,true", "6.2+p1,0,true,false", "6.3,0,true,false"})
    void withoutAnyOfThemTheContextsStayOn(String kernel, int warnings, boolean gone, boolean on) {
        PlayedRun run = STORIES.play("hand-back", kernel);
        run.cursor().go(run.chapters().get(5).firstStep());
        World world = run.world();
        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        var group = Group.of(world.devices().get("5100000.mdp")).orElseThrow();
        assertThat(group.domain().isNull()).isEqualTo(gone);
        assertThat(Stories.unit(world, FIRST).translating()).isEqualTo(on);
    }

    // ---- iova_to_phys

    @ParameterizedTest
    @CsvSource({"6.1", "6.2", "6.3", "6.12"})
    void iovaToPhysAsksTheHardwareAndEmptiesItsTlb(String kernel) {
        World world = STORIES.live("nobody-resumes", kernel);
        IommuDomain domain = world.core().domains().all().stream()
                .filter(MsmDomain.class::isInstance)
                .findFirst()
                .orElseThrow();
        var port = world.topology().portsOf("5100000.mdp").getFirst();
        var first = (MsmUnit) Stories.unit(world, FIRST);
        first.write32(MsmLayout.Context.RESUME.in(0), 1);
        port.read32(0x34_5000);
        assertThat(first.tlb()).hasSize(1);
        assertThat(world.core().mapping().iovaToPhys(domain, 0x34_5123)).isEqualTo(0x8012_3123L);
        assertThat(first.tlb()).isEmpty();
        assertThat(world.core().mapping().iovaToPhys(domain, 0x34_7000)).isZero();
        first.write32(MsmLayout.Context.SCTLR.in(0), 0);
        assertThat(world.core().mapping().iovaToPhys(domain, 0x34_5123))
                .as("the tables have the page, the context is off")
                .isEqualTo(0x34_5123);
    }

    @Test
    void aDomainThatWasNeverAttachedHasNothingToAsk() {
        World world = STORIES.live("removed", "6.3");
        var domain = new MsmDomain(world.kernel(), 9);
        assertThatThrownBy(domain::tables).hasMessageContaining("priv.iop");
        assertThatThrownBy(() -> domain.attached().first()).hasMessageContaining("priv.list_attached");
    }

    @Test
    void theRegistersOfAProbe() {
        var written = new ArrayList<String>();
        var registers = new MsmRegisters(new Mmio() {
            @Override
            public int read32(int offset) {
                written.add("read " + Integer.toHexString(offset));
                return 0x9007_1002;
            }

            @Override
            public void write32(int offset, int value) {
                written.add(Integer.toHexString(offset) + "=" + Integer.toHexString(value));
            }
        });
        assertThat(registers.probe(1, 0x40ab_c123L)).isEqualTo(0x90ab_c123L);
        assertThat(written).containsExactly("1800=0", "1810=40abc000", "read 101c", "read 101c", "read 101c");
    }

    // ---- traps

    @Test
    void theSecondAttachTakesBank1AndTheThirdIsRefusedWithTheClocksOn() {
        PlayedRun run = STORIES.play("context-hole", "6.3");
        World world = run.world();
        run.cursor().go(run.chapters().get(4).lastStep());
        assertThat(registers(world, FIRST))
                .containsEntry("M2VCBR2", "c00100")
                .containsEntry("CB1_CONTEXTIDR", "1")
                .containsEntry("CB0_SCTLR", "7")
                .containsEntry("CB1_SCTLR", "7");
        Clock clock = clockOf(world, "smmu_ahb_clk");
        assertThat(clock.isEnabled()).isFalse();
        run.cursor().go(run.chapters().get(7).lastStep());
        assertThat(clock.isEnabled()).isTrue();
        assertThat(run.chapters().getLast().result()).isEqualTo("-EEXIST");
    }

    private static Clock clockOf(World world, String name) {
        return IntStream.range(1, 1000)
                .mapToObj(world.machine()::object)
                .filter(Clock.class::isInstance)
                .map(Clock.class::cast)
                .filter(c -> c.label().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void attachingTheSameDomainTwiceMakesARing() {
        PlayedRun run = STORIES.play("same-domain-again", "6.2");
        assertThat(run.outcome().text()).startsWith("hang (priv.list_attached of domain");
        assertThat(writes(run, 3)).as("one round").hasSize(2);
    }

    @Test
    void aSharedDomainFreesItsTablesTwice() {
        PlayedRun run = STORIES.play("shared-domain", "6.3");
        assertThat(run.world().machine().usesAfterFree()).isEqualTo(1);
    }

    @Test
    void theSecondPortKeepsWhatTheFirstForgets() {
        PlayedRun run = STORIES.play("second-port", "6.3");
        run.cursor().go(run.chapters().get(4).lastStep());
        assertThat(Stories.unit(run.world(), FIRST).tlb()).isEmpty();
        assertThat(Stories.unit(run.world(), SECOND).tlb()).hasSize(1);
    }
}
