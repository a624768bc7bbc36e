package org.iommulab.backend.msm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.iommulab.board.World;
import org.iommulab.bus.Clock;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;

/** The register accesses of the flows: probe, attach, map, unmap, detach, fault. */
class MsmRegistersTest {
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

    // ---- probe

    @Test
    void eachProbeResetsTestsAndSaysSo() {
        PlayedRun run = STORIES.play("golden-trace", "6.3");
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
        assertThat(Stories.log(run))
                .contains(
                        "msm_iommu: device mapped at (ptrval), irq 95 with 2 ctx banks",
                        "msm_iommu: device mapped at (ptrval), irq 242 with 3 ctx banks");
    }

    @Test
    void aUnitThatDoesNotAnswerProbesIsNotTaken() {
        World world = STORIES.live("removed", "6.3");
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
        PlayedRun run = STORIES.play("golden-trace", "6.3");
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
        PlayedRun run = STORIES.play("golden-trace", "6.3");
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
        PlayedRun run = STORIES.play("golden-trace", "6.3");
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
        PlayedRun run = STORIES.play("golden-trace", "6.3");
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
        PlayedRun run = STORIES.play("golden-trace", "6.3");
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

    // ---- faults

    @Test
    void theHandlerPrintsClearsAndDoesNotResume() {
        PlayedRun run = STORIES.play("nobody-resumes", "6.3");
        assertThat(writes(run, 5)).containsExactly("7500000 CB0_FSR<-4000000f");
        run.cursor().last();
        String base =
                Long.toHexString(run.world().core().domains().all().getFirst().tableBase() | 2);
        assertThat(Stories.log(run))
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
        assertThat(Stories.unit(run.world(), FIRST).blocked()).isTrue();
        assertThat(IntStream.rangeClosed(1, run.recording().length())
                        .mapToObj(run.recording()::event)
                        .filter(e -> e.term().name().equals("report_iommu_fault")))
                .isEmpty();
    }
}
