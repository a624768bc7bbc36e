package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scatterlists: where their segments lie, and what is left when one cannot be mapped. */
class SgTest {
    private static final String TWO_RUNS = """
        {"do": "boot"},
        {"do": "map-list", "device": "0000:02:00.0", "pieces": [{"pages": 1}, {"pages": 1, "apart": 1}],
         "direction": "to-device", "name": "list"}
        """;

    @Test
    void nothingIsPaddedWhereTheLastPageAlreadyEndsOnTheBoundary() {
        var layout = new SgLayout(
                List.of(new SgList.Segment(0x1_0000, 0x4000), new SgList.Segment(0x2_0000, 0x1000)),
                0x1000,
                new SgLimits(0x3fff, 0x1_0000));
        assertThat(layout.bytes()).isEqualTo(0x5000);
        assertThat(layout.entries(0x8000))
                .containsExactly(new SgList.Entry(0x8000, 0x4000), new SgList.Entry(0xc000, 0x1000));
    }

    @Test
    void anEntryIsNoLongerThanTheDeviceCanTake() {
        var layout = new SgLayout(
                List.of(new SgList.Segment(0x1_0000, 0x2000), new SgList.Segment(0x2_0000, 0x2000)),
                0x1000,
                new SgLimits(0xffff_ffffL, 0x3000));
        assertThat(layout.entries(0x8000))
                .containsExactly(new SgList.Entry(0x8000, 0x2000), new SgList.Entry(0xa000, 0x2000));
    }

    @ParameterizedTest
    @CsvSource({"ENOMEM, -ENOMEM", "EEXIST, -EINVAL"})
    void whatWasMappedBeforeTheErrorIsUnmappedOnceMore(Errno error, String result) {
        KernelBuild kernel =
                KernelSpec.parse("6.12").failing(List.of(new Failure("arm-smmu-v3", Callback.MAP_PAGES, 2, error)));
        PlayedRun run = Stories.of("dma").playActions("pci-small-smmu", kernel, TWO_RUNS);
        assertThat(run.chapters().get(1).result()).isEqualTo(result);
        assertThat(Stories.events(run, 1).stream()
                        .filter(Event.Tracepoint.class::isInstance)
                        .map(event -> event.term().name()))
                .containsExactly("map", "unmap", "unmap");
    }

    @Test
    void withoutTranslationEachSegmentIsAnEntryAtItsPhysicalAddress() {
        PlayedRun run = Stories.of("dma")
                .playActions(
                        "pci-small-smmu", KernelSpec.parse("6.12").withCommandLine("iommu.passthrough=1"), TWO_RUNS);
        assertThat(run.chapters().get(1).result()).isEqualTo("2");
        assertThat(Stories.calls(run, 1)).doesNotContain("iommu_dma_map_sg");
    }

    @ParameterizedTest
    @CsvSource({"6.2, iommu_map_sg_atomic", "6.3, iommu_map_sg"})
    void theCallHadAnotherName(String kernel, String name) {
        PlayedRun run = Stories.of("dma").playActions("pci-small-smmu", KernelSpec.parse(kernel), TWO_RUNS);
        assertThat(Stories.calls(run, 1)).contains(name);
    }
}
