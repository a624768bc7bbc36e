package org.iommulab.backend.msm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver has at each level, what its hand-back does, and the register accesses of its flows. */
class MsmDriverTest {
    private static final Path STORIES = Path.of("..", "scenarios", "msm");
    private static final String FIRST = "7500000.iommu";
    private static final String SECOND = "7600000.iommu";

    private static PlayedRun play(String story, String kernel) {
        return Player.play(ScenarioReader.open(STORIES.resolve(story + ".json")), KernelSpec.parse(kernel));
    }

    /** The machine after a story, without a recording, so that it goes on. */
    private static World live(String story, String kernel) {
        return Player.playUnrecorded(ScenarioReader.open(STORIES.resolve(story + ".json")), KernelSpec.parse(kernel));
    }

    /** Register writes of one action: {@code 7500000 CB0_SCTLR<-7}. */
    private static List<String> writes(PlayedRun run, int action) {
        return events(run, action, Event.RegisterWrite.class::isInstance).stream()
                .map(Event.RegisterWrite.class::cast)
                .map(e -> run.world().machine().labelOf(e.object()).substring(0, 7) + " "
                        + e.term().name() + "<-" + Long.toHexString(e.value()))
                .toList();
    }

    private static List<Event> events(PlayedRun run, int action, Predicate<Event> wanted) {
        var chapter = run.chapters().get(action);
        return IntStream.rangeClosed(chapter.firstStep(), chapter.lastStep())
                .mapToObj(run.recording()::event)
                .filter(wanted)
                .toList();
    }

    private static IommuUnit unit(World world, String name) {
        return world.units().get(world.devices().get(name));
    }

    private static Map<String, String> registers(World world, String name) {
        var values = new TreeMap<String, String>();
        unit(world, name).registers().forEach(r -> values.put(r.name(), Long.toHexString(r.value())));
        return values;
    }

    private static List<String> log(PlayedRun run) {
        return KernelLogText.lines(run.recording(), run.logForm()).stream()
                .map(KernelLogText.Line::text)
                .toList();
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
        var table = play("removed", kernel).world().backends().getFirst().sourceTable();
        var expected = new HashSet<>(Set.of(
                Callback.PROBE_DEVICE,
                Callback.DEVICE_GROUP,
                Callback.OF_XLATE,
                Callback.ATTACH_DEV,
                Callback.IOTLB_SYNC_MAP,
                Callback.IOVA_TO_PHYS,
                Callback.FREE));
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

    // ---- probe

    @Test
    void eachProbeResetsTestsAndSaysSo() {
        PlayedRun run = play("golden-trace", "6.3");
        List<String> boot = writes(run, 0).stream()
                .filter(w -> w.startsWith("7500000"))
                .map(w -> w.substring(8))
                .toList();
        assertThat(boot.subList(0, 11))
                .containsExactly(
                        "CR<-0",
                        "CR<-0",
                        "ESRRESTORE<-0",
                        "TESTBUSCR<-0",
                        "CR<-0",
                        "TESTBUSCR<-0",
                        "TESTBUSCR<-0",
                        "TLBRSW<-0",
                        "GLOBAL_TLBIALL<-0",
                        "RPU_ACR<-0",
                        "CR<-40");
        assertThat(boot.subList(11, 30))
                .containsExactly(
                        "M2VCBR0<-0",
                        "M2VCBR0<-0",
                        "M2VCBR0<-0",
                        "M2VCBR0<-0",
                        "M2VCBR0<-0",
                        "CB0_ACTLR<-0",
                        "CB0_SCTLR<-0",
                        "CB0_FSRRESTORE<-0",
                        "CB0_TTBR0<-0",
                        "CB0_TTBR1<-0",
                        "CB0_TTBCR<-0",
                        "CB0_BFBCR<-0",
                        "CB0_PAR<-0",
                        "CB0_FAR<-0",
                        "CB0_TLBIALL<-0",
                        "CB0_TLBFLPTER<-0",
                        "CB0_TLBSLPTER<-0",
                        "CB0_TLBLCKR<-0",
                        "CB0_CONTEXTIDR<-0");
        assertThat(boot.subList(boot.size() - 6, boot.size()))
                .containsExactly(
                        "CB0_SCTLR<-1",
                        "CB0_PAR<-0",
                        "CB0_ACTLR<-10000",
                        "CB0_V2PPR<-0",
                        "CB0_ACTLR<-0",
                        "CB0_SCTLR<-0");
        assertThat(log(run))
                .contains(
                        "msm_iommu: device mapped at (ptrval), irq 95 with 2 ctx banks",
                        "msm_iommu: device mapped at (ptrval), irq 242 with 3 ctx banks");
    }

    @Test
    void aUnitThatDoesNotAnswerProbesIsNotTaken() {
        World world = live("removed", "6.3");
        var device = world.devices().get(FIRST);
        var silent = new Mmio() {
            @Override
            public int read32(int offset) {
                return 0;
            }

            @Override
            public void write32(int offset, int value) {}
        };
        var clocks =
                Map.of("smmu_pclk", new Clock(world.machine(), "pclk"), "iommu_clk", new Clock(world.machine(), "clk"));
        var line = new InterruptLine(world.machine(), "irq");
        var wired = new MsmPlatformDriver.Wired(device, silent, clocks, Optional.of(2), line, 95);
        var driver = new MsmPlatformDriver(world.site(), List.of(wired));
        assertThat(driver.probe(device)).isEqualTo(Errno.ENODEV.negative());
        assertThat(driver.probed()).isEmpty();
        var unsaid = new MsmPlatformDriver.Wired(device, silent, clocks, Optional.empty(), line, 95);
        assertThat(new MsmPlatformDriver(world.site(), List.of(unsaid)).probe(device))
                .as("no qcom,ncb")
                .isEqualTo(Errno.EINVAL.negative());
        var unclocked = new MsmPlatformDriver.Wired(device, silent, Map.of(), Optional.of(2), line, 95);
        assertThat(new MsmPlatformDriver(world.site(), List.of(unclocked)).probe(device))
                .isEqualTo(Errno.ENOENT.negative());
    }

    // ---- attach, map, unmap, detach

    /** The sheet's golden trace, less what differs with the board: the address of the table. */
    @Test
    void theAttachLeavesTheGoldenTrace() {
        PlayedRun run = play("golden-trace", "6.3");
        run.cursor().go(run.chapters().get(3).lastStep());
        World world = run.world();
        long base = world.core().domains().all().getFirst().tableBase();
        for (String name : List.of(FIRST, SECOND)) {
            assertThat(registers(world, name))
                    .as(name)
                    .containsEntry("M2VCBR0", "c00000")
                    .containsEntry("M2VCBR2", "c00000")
                    .containsEntry("CBACR0", "0")
                    .containsEntry("CB0_CONTEXTIDR", "0")
                    .containsEntry("CB0_TTBCR", "0")
                    .containsEntry("CB0_TTBR0", Long.toHexString(base | 2))
                    .containsEntry("CB0_TTBR1", "0")
                    .containsEntry("CB0_PRRR", "800b8204")
                    .containsEntry("CB0_NMRR", "40004000")
                    .containsEntry("CB0_ACTLR", "37072")
                    .containsEntry("CB0_BFBCR", "1")
                    .containsEntry("CB0_SCTLR", "7");
        }
        List<String> writes = writes(run, 3);
        assertThat(writes.stream().filter("7500000 CB0_TLBIALL<-0"::equals)).hasSize(2);
        assertThat(writes.getFirst())
                .as("the IOMMU that was probed last is first")
                .startsWith("7600000");
        assertThat(writes.getLast()).isEqualTo("7500000 CB0_SCTLR<-7");
    }

    @Test
    void theAttachWritesInTheDriversOrder() {
        PlayedRun run = play("golden-trace", "6.3");
        run.cursor().last();
        String base =
                Long.toHexString(run.world().core().domains().all().getFirst().tableBase() | 2);
        List<String> second = writes(run, 3).stream()
                .filter(w -> w.startsWith("7600000"))
                .map(w -> w.substring(8))
                .toList();
        var mids = new ArrayList<String>();
        for (String mid : List.of("M2VCBR0", "M2VCBR2")) {
            mids.addAll(List.of(
                    mid + "<-0",
                    "CBACR0<-0",
                    mid + "<-0",
                    mid + "<-0",
                    "CBACR0<-0",
                    "CB0_CONTEXTIDR<-0",
                    mid + "<-c00000"));
        }
        assertThat(second.subList(0, 14)).isEqualTo(mids);
        assertThat(second.subList(14, 19)).as("__reset_context").allMatch("M2VCBR0<-c00000"::equals);
        assertThat(second.subList(32, second.size()))
                .containsExactly(
                        "CB0_SCTLR<-2",
                        "CB0_SCTLR<-6",
                        "CB0_ACTLR<-3000",
                        "CB0_ACTLR<-33000",
                        "CB0_TTBCR<-0",
                        "CB0_TTBR0<-" + base,
                        "CB0_TTBR1<-0",
                        "CB0_PRRR<-800b8204",
                        "CB0_NMRR<-40004000",
                        "CB0_TLBIALL<-0",
                        "CBACR0<-0",
                        "CB0_ACTLR<-33002",
                        "CB0_ACTLR<-37002",
                        "CB0_ACTLR<-37022",
                        "CB0_ACTLR<-37032",
                        "CB0_ACTLR<-37072",
                        "CB0_BFBCR<-1",
                        "CB0_SCTLR<-7");
    }

    @Test
    void mapAndUnmapTellTheFirstPortThePageAndTheSecondThePageBehind() {
        PlayedRun run = play("golden-trace", "6.3");
        var told = List.of("7500000 CB0_TLBIVA<-345000", "7600000 CB0_TLBIVA<-346000");
        assertThat(writes(run, 4)).as("iotlb_sync_map").isEqualTo(told);
        assertThat(writes(run, 8)).as("tlb_add_page").isEqualTo(told);
        assertThat(writes(run, 5))
                .hasSize(32)
                .startsWith("7500000 CB0_TLBIVA<-45670000")
                .endsWith("7600000 CB0_TLBIVA<-4568f000");
    }

    @Test
    void theTablesHoldWhatTheStorySays() {
        PlayedRun run = play("golden-trace", "6.3");
        run.cursor().go(run.chapters().get(5).lastStep());
        var memory = run.world().site().memory();
        long root = run.world().core().domains().all().getFirst().tableBase();
        int small = memory.read32(root + 4 * 3);
        assertThat(small & 0x3ff).isEqualTo(1);
        assertThat(memory.read32((small & 0xffff_fc00L) + 4 * 0x45)).isEqualTo(0x8012_3c72);
        long large = memory.read32(root + 4 * 0x456) & 0xffff_fc00L;
        assertThat(IntStream.rangeClosed(0x70, 0x7f).mapToObj(i -> memory.read32(large + 4L * i)))
                .hasSize(16)
                .allMatch(entry -> entry == 0x8013_1c31);
    }

    @Test
    void theTablesAreFreedWhileTheContextsAreOn() {
        PlayedRun run = play("golden-trace", "6.3");
        List<String> order = events(run, 9, e -> e instanceof Event.Memory || e instanceof Event.RegisterWrite).stream()
                .map(e -> e instanceof Event.Memory ? "freed" : e.term().name())
                .filter(Set.of("freed", "CB0_TLBIALL", "CB0_SCTLR")::contains)
                .toList();
        assertThat(order)
                .containsSubsequence("CB0_TLBIALL", "CB0_TLBIALL", "freed", "CB0_SCTLR", "CB0_TLBIALL", "CB0_SCTLR")
                .startsWith("CB0_TLBIALL", "CB0_TLBIALL", "freed");
        run.cursor().go(run.chapters().get(9).lastStep());
        assertThat(registers(run.world(), FIRST))
                .containsEntry("CB0_SCTLR", "0")
                .containsEntry("CB0_TTBR0", "0")
                .containsEntry("M2VCBR2", "c00000");
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
        PlayedRun run = play("hand-back", kernel);
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
        PlayedRun run = play("hand-back", kernel);
        run.cursor().go(run.chapters().get(5).firstStep());
        World world = run.world();
        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        var group = Group.of(world.devices().get("5100000.mdp")).orElseThrow();
        assertThat(group.domain().isNull()).isEqualTo(gone);
        assertThat(unit(world, FIRST).translating()).isEqualTo(on);
    }

    // ---- iova_to_phys

    @ParameterizedTest
    @CsvSource({"6.1", "6.2", "6.3", "6.12"})
    void iovaToPhysAsksTheHardwareAndEmptiesItsTlb(String kernel) {
        World world = live("nobody-resumes", kernel);
        IommuDomain domain = world.core().domains().all().stream()
                .filter(MsmDomain.class::isInstance)
                .findFirst()
                .orElseThrow();
        var port = world.topology().portsOf("5100000.mdp").getFirst();
        var first = (MsmUnit) unit(world, FIRST);
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
        World world = live("removed", "6.3");
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

    // ---- faults

    @Test
    void theHandlerPrintsClearsAndDoesNotResume() {
        PlayedRun run = play("nobody-resumes", "6.3");
        assertThat(writes(run, 5)).containsExactly("7500000 CB0_FSR<-4000000f");
        run.cursor().last();
        String base =
                Long.toHexString(run.world().core().domains().all().getFirst().tableBase() | 2);
        assertThat(log(run))
                .containsSequence(
                        "msm_iommu: Unexpected IOMMU page fault!",
                        "msm_iommu: base = f0a00000",
                        "msm_iommu: Fault occurred in context 0.",
                        "msm_iommu: Interesting registers:",
                        "msm_iommu: FAR    = 00346000    PAR    = 00000000",
                        "msm_iommu: FSR    = 00000002 [TF ]",
                        "msm_iommu: FSYNR0 = 00000000    FSYNR1 = 00000100",
                        "msm_iommu: TTBR0  = " + base + "    TTBR1  = 00000000",
                        "msm_iommu: SCTLR  = 00000007    ACTLR  = 00037072");
        assertThat(unit(run.world(), FIRST).blocked()).isTrue();
        assertThat(IntStream.rangeClosed(1, run.recording().length())
                        .mapToObj(run.recording()::event)
                        .filter(e -> e.term().name().equals("report_iommu_fault")))
                .isEmpty();
    }

    // ---- traps

    @Test
    void theSecondAttachTakesBank1AndTheThirdIsRefusedWithTheClocksOn() {
        PlayedRun run = play("context-hole", "6.3");
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
        PlayedRun run = play("same-domain-again", "6.2");
        assertThat(run.outcome().text()).startsWith("hang (priv.list_attached of domain");
        assertThat(writes(run, 3)).as("one round").hasSize(2);
    }

    @Test
    void aSharedDomainFreesItsTablesTwice() {
        PlayedRun run = play("shared-domain", "6.3");
        assertThat(run.world().machine().usesAfterFree()).isEqualTo(1);
    }

    @Test
    void theSecondPortKeepsWhatTheFirstForgets() {
        PlayedRun run = play("second-port", "6.3");
        run.cursor().go(run.chapters().get(4).lastStep());
        assertThat(unit(run.world(), FIRST).tlb()).isEmpty();
        assertThat(unit(run.world(), SECOND).tlb()).hasSize(1);
    }
}
