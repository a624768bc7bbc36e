package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.core.Group;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the initcalls say and write, what the interrupt handler does, and what breaks without which callback. */
class VtdInitTest {
    private static List<String> said(PlayedRun run) {
        return Stories.log(run).stream().filter(line -> line.startsWith("DMAR")).toList();
    }

    private static List<String> registers(PlayedRun run, int action) {
        return VtdRuns.registers(run, action).stream()
                .filter(write -> !write.startsWith("IQT"))
                .toList();
    }

    /** As the captures of QEMU's machine have it. */
    @ParameterizedTest
    @CsvSource({"6.1,true", "6.2,true", "6.2+p1..p5,true", "6.3,true", "6.4,false", "6.7,false", "6.12,false"})
    void theBootLog(String kernel, boolean tellsOfScalableMode) {
        List<String> said = said(VtdRuns.play("boot-and-dma", kernel));
        assertThat(said.subList(0, 9))
                .containsExactly(
                        "DMAR: Host address width 39",
                        "DMAR: DRHD base: 0x000000fed90000 flags: 0x0",
                        "DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c22260286 ecap f00f4a",
                        "DMAR-IR: IOAPIC id 0 under DRHD base  0xfed90000 IOMMU 0",
                        "DMAR-IR: Enabled IRQ remapping in xapic mode",
                        "DMAR: No RMRR found",
                        "DMAR: No ATSR found",
                        "DMAR: No SATC found",
                        "DMAR: dmar0: Using Queued invalidation");
        assertThat(said.contains("DMAR: VT-d Scalable Mode not enabled, no PASID allocation"))
                .isEqualTo(tellsOfScalableMode);
        assertThat(said)
                .containsSubsequence(
                        "DMAR: IOMMU batching disallowed due to virtualization",
                        "DMAR: Intel(R) Virtualization Technology for Directed I/O",
                        "DMAR: DRHD: handling fault status reg 2",
                        "DMAR: [DMA Write NO_PASID] Request device [01:00.0] fault addr 0x5000 [fault reason 0x05] PTE"
                                + " Write access is not set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.7", "6.12"})
    void theQueueTheRootTableAndAtLastTranslation(String kernel) {
        List<String> writes = registers(VtdRuns.play("boot-and-dma", kernel), 0);
        assertThat(writes).hasSize(6);
        assertThat(writes.get(0)).startsWith("IQA<-").endsWith("000");
        assertThat(writes.get(2)).startsWith("RTADDR<-").endsWith("000");
        assertThat(List.of(writes.get(1), writes.get(3), writes.get(4), writes.get(5)))
                .containsExactly("GCMD<-4000000", "GCMD<-44000000", "FECTL<-0", "GCMD<-84000000");
    }

    @Test
    void whoCanHaveScalableModeHasLongDescriptorsAlways() {
        List<String> writes = registers(VtdRuns.play("owner-claim", "6.2"), 0);
        assertThat(writes).filteredOn(write -> write.startsWith("IQA")).allMatch(write -> write.endsWith("801"));
        assertThat(writes).filteredOn(write -> write.startsWith("RTADDR")).allMatch(write -> write.endsWith("000"));
        writes = registers(VtdRuns.play("scalable-mode", "6.2"), 0);
        assertThat(writes).filteredOn(write -> write.startsWith("RTADDR")).allMatch(write -> write.endsWith("400"));
        assertThat(writes).filteredOn(write -> write.startsWith("PMEN")).hasSize(2);
    }

    // ---- the interrupt

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.7", "6.12"})
    void theHandlerClearsTheRecordAndThenTheStatus(String kernel) {
        assertThat(registers(VtdRuns.play("boot-and-dma", kernel), 3))
                .containsExactly("FRCD0 high, upper half<-80000000", "FSTS<-83");
    }

    @Test
    void theStatusNamesTheFirstRecordThatIsPending() {
        assertThat(said(VtdRuns.play("owner-claim", "6.2")))
                .containsSubsequence(
                        "DMAR: DRHD: handling fault status reg 2",
                        "DMAR: DRHD: handling fault status reg 102",
                        "DMAR: DRHD: handling fault status reg 202");
    }

    // ---- units and devices

    @Test
    void eachUnitHasItsOwnNumbersOfDomains() {
        var world = VtdRuns.end("owner-claim", "6.12");
        for (String device : List.of("0000:00:01.0", "0000:00:02.0")) {
            var domain = (VtdDomain) Group.of(world.devices().get(device))
                    .flatMap(group -> group.domain().get())
                    .orElseThrow();
            assertThat(domain.iommus()).hasSize(1);
            assertThat(domain.idOn(domain.iommus().getFirst())).isEqualTo(2);
        }
    }

    // ---- without a callback

    private static PlayedRun without(String story, String kernel, Callback callback) {
        KernelBuild build = KernelSpec.parse(kernel).without(List.of(new Removal(VtdDriver.NAME, callback)));
        return VtdRuns.play(story, build);
    }

    /** Where nothing is kept that is not there, a forgotten iotlb_sync_map would not be noticed. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.7", "6.12"})
    void withoutIotlbSyncMapACachingUnitNeverSeesTheMapping(String kernel) {
        PlayedRun run = without("it-remembers-nothing", kernel, Callback.IOTLB_SYNC_MAP);
        assertThat(run.chapters().get(7).result()).isEqualTo("-EIO");
        run = without("owner-claim", kernel, Callback.IOTLB_SYNC_MAP);
        assertThat(run.chapters().get(7).result()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void withoutIotlbSyncAnUnmappedPageStaysInReach(String kernel) {
        PlayedRun run = without("it-remembers-nothing", kernel, Callback.IOTLB_SYNC);
        assertThat(VtdRuns.writes(run, 8)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void withoutFlushIotlbAllTheFlushTimerDies(String kernel) {
        assertThat(without("lazy-flush", kernel, Callback.FLUSH_IOTLB_ALL).outcome())
                .isInstanceOf(Outcome.Oops.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.7", "6.12"})
    void withoutGetResvRegionsFirmwaresMemoryIsLost(String kernel) {
        PlayedRun run = without("firmware-memory", kernel, Callback.GET_RESV_REGIONS);
        assertThat(run.chapters().get(1).result()).isEqualTo("-EIO");
    }
}
