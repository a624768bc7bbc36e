package org.iommulab.backend.mtkv1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has on each kernel, what its hand-back does, and the register writes of its flows. */
class MtkV1DriverTest {
    private static final String ALWAYS =
            "probe_device probe_finalize release_device device_group attach_dev iova_to_phys free pgsize_bitmap";

    private static BananaPi boot(String kernel, Removal... removed) {
        return new BananaPi(KernelSpec.parse(kernel).without(List.of(removed)));
    }

    // kernel | callbacks that come and go
    @ParameterizedTest
    @CsvSource({
        "6.1, domain_alloc def_domain_type detach_dev map unmap",
        "6.2, domain_alloc def_domain_type detach_dev map_pages unmap_pages",
        "6.2+p1, domain_alloc def_domain_type detach_dev map_pages unmap_pages",
        "6.2+p1..p2, domain_alloc def_domain_type detach_dev map_pages unmap_pages",
        "6.2+p1..p3, domain_alloc def_domain_type set_platform_dma_ops map_pages unmap_pages",
        "6.2+p1..p4, domain_alloc def_domain_type set_platform_dma_ops map_pages unmap_pages",
        "6.2+p1..p5, domain_alloc def_domain_type set_platform_dma_ops map_pages unmap_pages",
        "6.3, domain_alloc def_domain_type set_platform_dma_ops map_pages unmap_pages",
        "6.4, domain_alloc def_domain_type set_platform_dma_ops map_pages unmap_pages",
        "6.7, domain_alloc_paging identity_domain map_pages unmap_pages",
        "6.12, domain_alloc_paging identity_domain map_pages unmap_pages"
    })
    void theCallbacksOfEachKernel(String kernel, String some) {
        Set<String> wanted = new TreeSet<>(Arrays.asList((ALWAYS + " " + some).split(" ")));
        var table = boot(kernel).world.backends().getFirst().sourceTable();

        assertThat(table.entries().keySet().stream().map(Callback::kernelName).collect(Collectors.toSet()))
                .isEqualTo(wanted);
    }

    @Test
    void theFirstMasterMakesTheMappingAndTheFirstAttachTheTable() {
        BananaPi pi = boot("6.2");
        String writes = Words.writes(pi.world.machine(), 0);

        // hw_init; the base with the first attach; then all asked-for ports of larb 0 and of larb 2, when they first
        // wake
        assertThat(writes)
                .isEqualTo(
                        "210<-140 220<-ff 214<-80010100 5f0<-2 0<-80400000" + " 5c0<-e 5c0<-e0e 5cc<-e0000 5d4<-e000");
        assertThat(pi.world.arm().orElseThrow().mappings()).hasSize(1);
        assertThat(pi.mapping().references().get())
                .as("the driver and three masters")
                .isEqualTo(4);
        for (String master : List.of(BananaPi.OVL, BananaPi.RDMA, BananaPi.JPEG)) {
            assertThat(pi.group(master).domain().same(pi.mapping().domain())).isTrue();
            assertThat(pi.group(master).defaultDomain().require().tableBase()).isZero();
            assertThat(ArmDmaGlue.mappingOf(pi.device(master))).contains(pi.mapping());
        }
    }

    /** The numbers of the sheet, for a table that is elsewhere. */
    @Test
    void theWritesOfAMapOfOnePage() {
        BananaPi pi = boot("6.2");
        int before = pi.steps();
        pi.world.core().mapping().map(pi.mapping().domain().require(), 0x12_3000, 0x8abc_d000L, 0x1000, 3);

        assertThat(Words.writes(pi.world.machine(), before)).isEqualTo("5d8<-3 5c4<-123000 5c8<-123000 5c0<-1 60c<-0");
        assertThat(pi.world.site().memory().read32(BananaPi.TABLE + 0x48c)).isEqualTo(0x8abc_d00a);
        assertThat(pi.world.core().mapping().iovaToPhys(pi.mapping().domain().require(), 0x12_3456))
                .as("without the offset")
                .isEqualTo(0x8abc_d000L);
    }

    // kernel | what the driver flushes of three pages of which the third is taken, and what the core then undoes
    @ParameterizedTest
    @CsvSource({
        "6.1, 100000-101000 102000-102000 100000-101000",
        "6.2, 100000-101000 100000-101000",
        "6.7, 100000-101000 100000-101000"
    })
    void aPageThatIsTakenIsNotOverwritten(String kernel, String ranges) {
        BananaPi pi = boot(kernel);
        IommuDomain domain = pi.mapping().domain().require();
        pi.world.core().mapping().map(domain, 0x10_2000, 0x8100_0000L, 0x1000, 3);
        int before = pi.steps();

        assertThat(pi.world.core().mapping().map(domain, 0x10_0000, 0x8200_0000L, 0x3000, 3))
                .isEqualTo(Errno.EEXIST.negative());
        assertThat(flushed(Words.writes(pi.world.machine(), before))).isEqualTo(ranges);
        var memory = pi.world.site().memory();
        assertThat(memory.read32(BananaPi.TABLE + 0x400)).isZero();
        assertThat(memory.read32(BananaPi.TABLE + 0x408)).isEqualTo(0x8100_000a);
    }

    @Test
    void nothingMappedIsFlushedWithItsEndBeforeItsStart() {
        BananaPi pi = boot("6.2");
        IommuDomain domain = pi.mapping().domain().require();
        pi.world.core().mapping().map(domain, 0x10_0000, 0x8100_0000L, 0x1000, 3);
        int before = pi.steps();
        pi.world.core().mapping().map(domain, 0x10_0000, 0x8100_0000L, 0x1000, 3);

        assertThat(flushed(Words.writes(pi.world.machine(), before))).isEqualTo("100000-ff000");
    }

    private static String flushed(String writes) {
        var ranges = new StringBuilder();
        for (String write : writes.split(" ")) {
            if (write.startsWith("5c4<-")) {
                ranges.append(ranges.isEmpty() ? "" : " ").append(write.substring(5));
            } else if (write.startsWith("5c8<-")) {
                ranges.append("-").append(write.substring(5));
            }
        }
        return ranges.toString();
    }

    // kernel | does the core believe in the default domain | is the port's bit in the larb's word gone
    @ParameterizedTest
    @CsvSource({
        "6.1, false",
        "6.2, false",
        "6.2+p1, false",
        "6.2+p1..p2, false",
        "6.2+p1..p3, false",
        "6.2+p1..p4, false",
        "6.2+p1..p5, false",
        "6.3, false",
        "6.4, false",
        "6.7, true"
    })
    void handingBackNeverReachesTheHardware(String kernel, boolean bitGone) {
        BananaPi pi = boot(kernel);
        int before = pi.steps();
        pi.world.arm().orElseThrow().detach(pi.device(BananaPi.RDMA));
        Group group = pi.group(BananaPi.RDMA);

        assertThat(Words.writes(pi.world.machine(), before)).isEmpty();
        assertThat(pi.world.kernel().log().warnings()).isZero();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(pi.device(BananaPi.RDMA).dmaOps().isNull()).isTrue();
        assertThat(pi.world.notedDomain(pi.device(BananaPi.RDMA)).isEmpty()).isEqualTo(bitGone);
        pi.device(BananaPi.RDMA).power().get(pi.world.kernel());
        assertThat(pi.unit().translating(pi.port(BananaPi.RDMA))).isTrue();
        assertThat(pi.unit().tableBase()).isEqualTo(BananaPi.TABLE);
    }

    /** Without the accident the group has no default domain, and the platform gets a mapping that is never walked. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.3"})
    void withoutDefDomainTypeThePlatformMakesMappingsOfItsOwn(String kernel) {
        BananaPi pi = boot(kernel, new Removal("mtk-v1", Callback.DEF_DOMAIN_TYPE));

        assertThat(pi.group(BananaPi.RDMA).defaultDomain().isNull()).isTrue();
        assertThat(ArmDmaGlue.mappingOf(pi.device(BananaPi.RDMA))).isPresent().isNotEqualTo(pi.mapping());
        assertThat(pi.unit().tableBase()).isZero();
        assertThatThrownBy(() -> pi.world.dma().allocate(pi.device(BananaPi.RDMA), 4096))
                .isInstanceOf(KernelDeath.class)
                .hasMessageContaining("dom.pgt_va");
    }

    // kernel | what is called once the group has no default domain
    @ParameterizedTest
    @CsvSource({"6.2, mtk_iommu_v1_detach_device", "6.3, mtk_iommu_v1_set_platform_dma"})
    void onlyThenIsTheHandBackOfTheSeriesCalled(String kernel, String function) {
        BananaPi pi = boot(kernel, new Removal("mtk-v1", Callback.DEF_DOMAIN_TYPE));
        int before = pi.steps();
        pi.world.arm().orElseThrow().detach(pi.device(BananaPi.RDMA));

        assertThat(Words.since(pi.world.machine(), before).stream()
                        .filter(Event.Callback.class::isInstance)
                        .map(event -> event.term().name()))
                .containsExactly(function);
        assertThat(pi.world.kernel().log().warnings()).isZero();
        assertThat(Words.writes(pi.world.machine(), before)).isEmpty();
    }

    @Test
    void withoutProbeFinalizeTheMappingOfThePlatformIsNeverWalked() {
        BananaPi pi = boot("6.2", new Removal("mtk-v1", Callback.PROBE_FINALIZE));

        assertThat(pi.unit().translating()).isFalse();
        assertThat(pi.device(BananaPi.RDMA).dmaOps().isNull()).isFalse();
        assertThatThrownBy(() -> pi.world.dma().allocate(pi.device(BananaPi.RDMA), 4096))
                .isInstanceOf(KernelDeath.class);
    }

    @Test
    void theInterruptIsAnsweredInTheDriversOrder() {
        BananaPi pi = boot("6.2");
        pi.device(BananaPi.RDMA).power().get(pi.world.kernel());
        int before = pi.steps();

        assertThat(pi.port(BananaPi.RDMA).read32(0x12_4000)).isInstanceOf(Reply.Done.class);
        assertThat(Words.writes(pi.world.machine(), before)).isEqualTo("220<-10ff 5d8<-3 5c0<-2");
        assertThat(pi.log())
                .contains("mtk-iommu-v1 10205000.mmsys_iommu: fault type=0x1 iova=0x124000 pa=0x0 larb=0 port=2");
    }

    @Test
    void aHandlerThatTakesTheFaultSavesTheLine() {
        BananaPi pi = boot("6.2");
        pi.world.core().faults().setHandler(pi.mapping().domain().require(), 0);
        pi.device(BananaPi.RDMA).power().get(pi.world.kernel());
        pi.port(BananaPi.RDMA).read32(0x12_4000);

        assertThat(pi.log()).noneMatch(line -> line.contains("fault type"));
    }

    @Test
    void aFlushThatIsNotAnsweredIsSaidAndMadeUpFor() {
        BananaPi pi = boot("6.2");
        pi.unit().powerOff();
        int before = pi.steps();
        pi.world.core().mapping().map(pi.mapping().domain().require(), 0x10_0000, 0x8100_0000L, 0x1000, 3);

        assertThat(Words.writes(pi.world.machine(), before))
                .isEqualTo("5d8<-3 5c4<-100000 5c8<-100000 5c0<-1 5d8<-3 5c0<-2 60c<-0");
        assertThat(pi.log())
                .contains("mtk-iommu-v1 10205000.mmsys_iommu: Partial TLB flush timed out, falling back to full flush");
    }

    // what stands in the file | instead | what the log says; the driver's error ends the walk, and the M4U is not there
    @ParameterizedTest
    @CsvSource({
        "mmsys_iommu 28, mmsys_iommu 3, 15004000.jpegdec: Can only use one larb. Fail@larb2-0.",
        "mmsys_iommu 28, mmsys_iommu 28 1, 15004000.jpegdec: invalid #iommu-cells(2) property for IOMMU"
    })
    void aMasterThatIsWiredWrongly(String old, String other, String line) {
        BananaPi pi = new BananaPi(KernelBuild.of(Version.V6_2), old, other);

        assertThat(pi.world.core().probing().instances().isEmpty()).isTrue();
        assertThat(pi.log()).anyMatch(said -> said.endsWith(line));
    }

    @ParameterizedTest
    @ValueSource(ints = {44, 50})
    void theFourthLarbIsNotServed(int port) {
        BananaPi pi = new BananaPi(KernelBuild.of(Version.V6_2), "mmsys_iommu 0\"", "mmsys_iommu " + port + "\"");

        assertThat(pi.world.core().probing().instances().isEmpty()).isTrue();
    }

    @Test
    void in612NobodyIsAsked() {
        BananaPi pi = boot("6.12");

        assertThat(Group.of(pi.device(BananaPi.RDMA))).isEmpty();
        assertThat(pi.world.core().probing().instances().toList()).hasSize(1);
        assertThat(pi.unit().translating()).isFalse();
        assertThat(pi.world.dma().allocate(pi.device(BananaPi.RDMA), 4096).isMapped())
                .isTrue();
        assertThat(Words.writes(pi.world.machine(), 0)).isEqualTo("210<-140 220<-ff 214<-80010100 5f0<-2");
    }
}
