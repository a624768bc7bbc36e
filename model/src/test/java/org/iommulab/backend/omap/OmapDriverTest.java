package org.iommulab.backend.omap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.omap.BeagleX15.DSP;
import static org.iommulab.backend.omap.BeagleX15.EDMA;
import static org.iommulab.backend.omap.BeagleX15.IPU;
import static org.iommulab.backend.omap.BeagleX15.IPU2;
import static org.iommulab.backend.omap.BeagleX15.IPU_MMU;
import static org.iommulab.backend.omap.BeagleX15.MDMA;
import static org.iommulab.backend.omap.BeagleX15.RAM;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, what its hand-back does there, and the register writes of its flows. */
class OmapDriverTest {
    private static final long IOVA = 0x4001_2000L;

    // kernel | detach_dev | set_platform_dma_ops | the callbacks of v6.7
    @ParameterizedTest
    @CsvSource({
        "6.1,true,false,false",
        "6.2,true,false,false",
        "6.2+p1,true,false,false",
        "6.2+p1..p2,true,false,false",
        "6.2+p1..p3,false,true,false",
        "6.2+p3,false,true,false",
        "6.2+p1..p4,false,true,false",
        "6.2+p1..p5,false,true,false",
        "6.3,false,true,false",
        "6.4,false,true,false",
        "6.7,false,false,true",
        "6.12,false,false,true"
    })
    void theTableAtEachLevel(String kernel, boolean detach, boolean setPlatform, boolean later) {
        var entries =
                new BeagleX15(kernel).world.backends().getFirst().sourceTable().entries();
        assertThat(entries.containsKey(Callback.DETACH_DEV)).isEqualTo(detach);
        assertThat(entries.containsKey(Callback.SET_PLATFORM_DMA_OPS)).isEqualTo(setPlatform);
        for (Callback old : List.of(Callback.DOMAIN_ALLOC, Callback.MAP, Callback.UNMAP)) {
            assertThat(entries.containsKey(old)).as(old.kernelName()).isEqualTo(!later);
        }
        for (Callback young : List.of(
                Callback.IDENTITY_DOMAIN, Callback.DOMAIN_ALLOC_PAGING, Callback.MAP_PAGES, Callback.UNMAP_PAGES)) {
            assertThat(entries.containsKey(young)).as(young.kernelName()).isEqualTo(later);
        }
        assertThat(entries)
                .containsKeys(
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.ATTACH_DEV,
                        Callback.IOVA_TO_PHYS,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.OF_XLATE,
                        Callback.PROBE_FINALIZE,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.CAPABLE,
                        Callback.GET_RESV_REGIONS,
                        Callback.BLOCKED_DOMAIN,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOTLB_SYNC,
                        Callback.IOTLB_SYNC_MAP);
        assertThat(Objects.requireNonNull(entries.get(Callback.DEVICE_GROUP))
                        .function()
                        .name())
                .isEqualTo(later ? "generic_single_device_group" : "omap_iommu_device_group");
    }

    // ---- probing

    @Test
    void eachDeviceHasTheGroupOfItsFirstMmu() {
        var board = new BeagleX15("6.2");
        assertThat(List.of(IPU, IPU2, DSP))
                .extracting(name -> board.group(name).orElseThrow().number())
                .as("numbers are given while MMUs are probed")
                .containsExactly(1, 2, 0);
        assertThat(board.world.core().probing().instances().toList())
                .extracting(Object::toString)
                .as("EDMA MMUs do not register")
                .containsExactly(MDMA, IPU_MMU, "55082000.mmu");
        assertThat(board.group(DSP).orElseThrow().defaultDomain().isNull()).isTrue();

        var later = new BeagleX15("6.7");
        assertThat(later.group(DSP).orElseThrow().number()).isEqualTo(2);
        assertThat(later.group(DSP).orElseThrow().domain().require().label()).isEqualTo("omap_iommu_identity_domain");
        assertThat(later.unit(MDMA).powered()).isFalse();
    }

    @Test
    void inSixTwelveNoDeviceHasAnIommu() {
        var board = new BeagleX15("6.12");
        assertThat(List.of(IPU, IPU2, DSP))
                .allSatisfy(name -> assertThat(board.group(name)).isEmpty());
        assertThat(board.attach(IPU, board.newDomain())).isEqualTo(-19);
    }

    /** What would become of the driver if all devices of a DRA7 were there before it: a defect of the kernel's. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.7"})
    void anMmuThatExistsAndWasNotProbedMakesTheRegistrationOfAnotherFail(String kernel) {
        var board = new BeagleX15(KernelSpec.parse(kernel), false);
        assertThat(board.device(MDMA).driver().isNull()).isTrue();
        assertThat(board.device(IPU_MMU).driver().isNull()).isTrue();
        assertThat(board.device(EDMA).driver().isNull()).as("does not register").isFalse();
        assertThat(board.group(IPU))
                .as("joined, and was let go when the next device failed")
                .isEmpty();
        assertThat(board.world.core().probing().groupList())
                .allSatisfy(group -> assertThat(group.devices().isEmpty()).isTrue());
    }

    // ---- handing back

    // kernel | what ran
    @ParameterizedTest
    @CsvSource({
        "6.1,omap_iommu_detach_dev",
        "6.2,omap_iommu_detach_dev",
        "6.2+p1,omap_iommu_detach_dev",
        "6.2+p1..p2,omap_iommu_detach_dev",
        "6.2+p1..p3,omap_iommu_set_platform_dma",
        "6.2+p1..p4,omap_iommu_set_platform_dma",
        "6.2+p1..p5,omap_iommu_set_platform_dma",
        "6.3,omap_iommu_set_platform_dma",
        "6.4,omap_iommu_set_platform_dma",
        "6.7,omap_iommu_identity_attach"
    })
    void handingBackSwitchesTheMmuOffAtEachLevel(String kernel, String function) {
        var board = new BeagleX15(kernel);
        IommuDomain domain = board.attached(IPU);
        board.map(domain, 0x6010_0000L, RAM + 0x10_0000, 0x10_0000);
        assertThat(board.unit(IPU_MMU).translating()).isTrue();
        int before = board.now();
        board.detach(IPU, domain);
        assertThat(board.functions(before)).startsWith(function).endsWith("omap2_iommu_disable");
        assertThat(board.writes(before, IPU_MMU)).containsExactly("50<-0", "60<-1", "44<-0");
        assertThat(board.unit(IPU_MMU).powered()).isFalse();
        assertThat(board.world.kernel().log().warnings()).isZero();
        var group = board.group(IPU).orElseThrow();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(board.world.notedDomain(board.device(IPU))).isEmpty();
        assertThat(domain.tableBase()).isZero();
        boolean traced = board.since(before).stream()
                .anyMatch(e -> e instanceof Event.Tracepoint && e.term().name().equals("detach_device_from_domain"));
        assertThat(traced).isEqualTo(function.equals("omap_iommu_detach_dev"));
    }

    // kernel | removed | warnings | does the core forget the domain
    @ParameterizedTest
    @CsvSource({
        "6.2,DETACH_DEV,2,false",
        "6.2+p1,DETACH_DEV,2,false",
        "6.2+p1..p2,DETACH_DEV,1,true",
        "6.2+p3,SET_PLATFORM_DMA_OPS,2,false",
        "6.2+p1..p3,SET_PLATFORM_DMA_OPS,1,true",
        "6.2+p1..p4,SET_PLATFORM_DMA_OPS,1,true",
        "6.2+p1..p5,SET_PLATFORM_DMA_OPS,1,true",
        "6.3,SET_PLATFORM_DMA_OPS,1,true",
        "6.4,SET_PLATFORM_DMA_OPS,1,true"
    })
    void withoutTheCallbackTheMmuGoesOnUntilTheDomainIsFreed(
            String kernel, Callback removed, int warnings, boolean forgotten) {
        var board = new BeagleX15(KernelSpec.parse(kernel).without(List.of(new Removal(OmapDriver.NAME, removed))));
        IommuDomain domain = board.attached(IPU);
        board.detach(IPU, domain);
        assertThat(board.world.kernel().log().warnings()).isEqualTo(warnings);
        assertThat(board.group(IPU).orElseThrow().domain().isNull()).isEqualTo(forgotten);
        assertThat(board.unit(IPU_MMU).translating()).isTrue();
        assertThat(board.world.notedDomain(board.device(IPU))).contains(domain);

        board.world.core().domains().free(domain);
        assertThat(board.unit(IPU_MMU).powered()).isFalse();
        assertThat(board.world.notedDomain(board.device(IPU))).isEmpty();
    }

    @Test
    void withoutItsIdentityDomainNoDeviceIsProbedInSixSeven() {
        var board = new BeagleX15(
                KernelSpec.parse("6.7").without(List.of(new Removal(OmapDriver.NAME, Callback.IDENTITY_DOMAIN))));
        assertThat(board.group(IPU)).isEmpty();
    }

    /** P3 without P2: the core of 6.2 knows no set_platform_dma_ops. */
    @Test
    void patchThreeAloneTakesTheCallbackAway() {
        var board = new BeagleX15("6.2+p3");
        IommuDomain domain = board.attached(IPU);
        board.detach(IPU, domain);
        assertThat(board.world.kernel().log().warnings()).isEqualTo(2);
        assertThat(board.unit(IPU_MMU).translating()).isTrue();
    }

    // ---- register writes

    @Test
    void attachMapAndUnmapAreTheGoldenTrace() {
        var board = new BeagleX15("6.2");
        int before = board.now();
        IommuDomain domain = board.attached(IPU);
        String base = Long.toHexString(domain.tableBase());
        assertThat(board.writes(before, IPU_MMU))
                .as("GP_REG: an IPU's MMU has bus-error-back")
                .containsExactly("4c<-" + base, "88<-1", "1c<-1e", "44<-6", "50<-0", "60<-1");

        before = board.now();
        board.map(domain, IOVA, RAM, 0x1000);
        var looks = new ArrayList<String>();
        for (int slot = 0; slot < 32; slot++) {
            looks.add("50<-" + Integer.toHexString(slot << 4));
        }
        assertThat(board.writes(before, IPU_MMU)).isEqualTo(looks);

        board.read(IPU, 0, IOVA);
        before = board.now();
        assertThat(board.unmap(domain, IOVA, 0x1000)).isEqualTo(0x1000);
        assertThat(board.writes(before, IPU_MMU))
                .as("the mapping's search left the last slot as the victim")
                .endsWith("50<-1f0", "58<-40012006", "5c<-" + Long.toHexString(RAM), "64<-1", "54<-1", "64<-1");
        assertThat(domain.tableCount())
                .as("the table that became empty is freed")
                .isOne();
    }

    @Test
    void theTwoMmusOfADspAreEnabledInOrderAndDisabledInReverse() {
        var board = new BeagleX15("6.3");
        int before = board.now();
        IommuDomain domain = board.attached(DSP);
        String[] both = {MDMA, EDMA};
        assertThat(board.writes(before, both))
                .containsSubsequence(
                        MDMA + " 4c<-" + Long.toHexString(domain.tableBase()),
                        "40d00000.dsp_system 18<-1",
                        MDMA + " 1c<-1e",
                        MDMA + " 44<-6",
                        MDMA + " 60<-1",
                        EDMA + " 4c<-" + Long.toHexString(board.unit(EDMA).tableBase()),
                        "40d00000.dsp_system 18<-11",
                        EDMA + " 1c<-1e",
                        EDMA + " 44<-6",
                        EDMA + " 60<-1");
        before = board.now();
        board.detach(DSP, domain);
        assertThat(board.writes(before, both))
                .containsExactly(
                        EDMA + " 50<-0",
                        EDMA + " 60<-1",
                        EDMA + " 44<-0",
                        "40d00000.dsp_system 18<-1",
                        MDMA + " 50<-0",
                        MDMA + " 60<-1",
                        MDMA + " 44<-0",
                        "40d00000.dsp_system 18<-0");
    }

    @Test
    void theTablesOfADspAreEqual() {
        var board = new BeagleX15("6.7");
        IommuDomain domain = board.attached(DSP);
        board.map(domain, IOVA, RAM, 0x1000);
        board.map(domain, 0x6010_0000L, RAM + 0x10_0000, 0x10_0000);
        long first = board.unit(MDMA).tableBase();
        long second = board.unit(EDMA).tableBase();
        assertThat(first).isNotEqualTo(second);
        assertThat(domain.isAt(first)).isTrue();
        assertThat(domain.isAt(second)).isTrue();
        var memory = board.world.site().memory();
        assertThat(memory.read32(second + 4 * 0x601))
                .isEqualTo(memory.read32(first + 4 * 0x601))
                .isEqualTo((int) (RAM + 0x10_0000) | 2);
        for (int port = 0; port < 2; port++) {
            memory.write32(RAM, 7 + port);
            assertThat(board.read(DSP, port, IOVA)).isEqualTo(new Reply.Done(7 + port));
        }
        assertThat(board.world.clientsOf(domain)).extracting(Object::toString).containsExactly(MDMA, EDMA);
    }

    @Test
    void aDspWhoseSwitchIsOffIsNotTranslated() {
        var board = new BeagleX15("6.2");
        board.attached(DSP);
        assertThat(board.unit(MDMA).translating()).isTrue();
        var registers = board.world.registersOf(board.device(MDMA)).orElseThrow();
        registers.write32(OmapLayout.CNTL, 0);
        assertThat(board.unit(MDMA).translating()).isFalse();
        assertThat(board.unit(EDMA).translating()).isTrue();
    }

    // ---- errors

    @ParameterizedTest
    @CsvSource({"6.1,-16", "6.2,-22", "6.7,-22"})
    void aSecondDeviceIsRefused(String kernel, long error) {
        var board = new BeagleX15(kernel);
        IommuDomain domain = board.attached(IPU);
        assertThat(board.attach(IPU2, domain)).isEqualTo(error);
        assertThat(board.world.notedDomain(board.device(IPU2))).isEmpty();
    }

    @Test
    void unmapTakesWhatItFinds() {
        var board = new BeagleX15("6.2");
        IommuDomain domain = board.attached(IPU);
        board.map(domain, 0x4002_0000L, RAM + 0x1_0000, 0x1_0000);
        assertThat(board.unmap(domain, 0x4002_3000L, 0x1000)).isEqualTo(0x1_0000);
        board.map(domain, IOVA, RAM, 0x1000);
        assertThat(board.unmap(domain, IOVA + 0x1000, 0x1000))
                .as("a hole in a table")
                .isEqualTo(0x1000);
        assertThat(board.unmap(domain, 0x5000_0000L, 0x1000)).as("no table").isZero();
        assertThat(board.world.core().mapping().iovaToPhys(domain, IOVA + 0x123))
                .isEqualTo(RAM + 0x123);
        assertThat(board.world.core().mapping().iovaToPhys(domain, 0x5000_0000L))
                .isZero();
    }

    // ---- faults and sleep

    @Test
    void anUnhandledFaultMasksTheMmu() {
        var board = new BeagleX15("6.2");
        IommuDomain domain = board.attached(IPU);
        int before = board.now();
        assertThat(board.read(IPU, 0, IOVA)).isEqualTo(new Reply.Refused("translation fault"));
        assertThat(board.writes(before, IPU_MMU)).containsExactly("18<-2", "1c<-0");
        before = board.now();
        board.read(IPU, 0, IOVA);
        assertThat(board.writes(before, IPU_MMU)).as("silent").isEmpty();
        board.detach(IPU, domain);
        board.attach(IPU, domain);
        board.world.core().faults().setHandler(domain, 0);
        for (int i = 0; i < 2; i++) {
            before = board.now();
            board.read(IPU, 0, IOVA);
            assertThat(board.writes(before, IPU_MMU)).containsExactly("18<-2");
        }
    }

    @Test
    void sleepingSavesTheLockedSlotsAndWakingMakesThemValid() {
        var board = new BeagleX15("6.2");
        board.attached(IPU);
        var kernel = board.world.kernel();
        var power = board.device(IPU_MMU).power();
        var registers = board.world.registersOf(board.device(IPU_MMU)).orElseThrow();
        new OmapSequences(registers, 32, true).pin(OmapLayout.cam(0x2000_0000L, 0x100_0000), (int) RAM & -0x100_0000);

        int before = board.now();
        power.putSync(kernel);
        assertThat(board.writes(before, IPU_MMU)).containsExactly("50<-400", "44<-0");
        assertThat(board.unit(IPU_MMU).tlb()).isEmpty();
        before = board.now();
        power.get(kernel);
        assertThat(board.writes(before, IPU_MMU))
                .containsSubsequence(
                        "50<-0", "58<-2000000f", "5c<-80000000", "64<-1", "54<-1", "50<-410", "1c<-1e", "44<-6");
        assertThat(board.unit(IPU_MMU).tlb()).hasSize(1);

        registers.write32(OmapLayout.CAM, OmapLayout.cam(0x2000_0000L, 0x100_0000));
        registers.write32(OmapLayout.FLUSH_ENTRY, 1);
        assertThat(board.unit(IPU_MMU).tlb()).isEmpty();
        power.putSync(kernel);
        power.get(kernel);
        assertThat(board.unit(IPU_MMU).tlb()).as("back again").hasSize(1);
    }

    @Test
    void aSleepingMmuIsWokenForAnUnmap() {
        var board = new BeagleX15("6.3");
        IommuDomain domain = board.attached(IPU);
        board.map(domain, IOVA, RAM, 0x1000);
        board.device(IPU_MMU).power().putSync(board.world.kernel());
        assertThat(board.unit(IPU_MMU).powered()).isFalse();
        int before = board.now();
        board.unmap(domain, IOVA, 0x1000);
        assertThat(board.functions(before)).contains("omap_iommu_runtime_resume", "omap_iommu_runtime_suspend");
        assertThat(board.unit(IPU_MMU).powered()).isFalse();
    }
}
