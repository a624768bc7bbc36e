package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.iommulab.bus.Device;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a bus hands on (dma-ranges), and devices that dma-iommu refuses because of it. */
class DmaRangeTest {
    private static final String OUTSIDE = "specified DMA range outside IOMMU capability";
    private static final String INCOMPATIBLE = "Incompatible range for DMA domain";
    private static final String RETAINING = "Failed to set up IOMMU for device %s; retaining platform DMA ops";
    private static final String OF_SOC = ",\n      \"dmaRange\": { \"base\": \"0x0\", \"size\": \"0x400000000\" }";

    @TempDir
    Path folder;

    private static Device device(PlayedRun run, String name) {
        return Objects.requireNonNull(run.world().devices().get(name));
    }

    // A codec's window begins at 4 GiB from v6.4 on, while a bus of which nobody says anything reaches 4 GiB.
    @ParameterizedTest
    @CsvSource({"6.3, false", "6.4, true", "6.7, true", "6.12, false"})
    void aWindowThatTheBusDoesNotReach(String kernel, boolean refused) throws IOException {
        PlayedRun run = Stories.of("mtk")
                .playChanged(
                        folder,
                        "two-m4us",
                        KernelSpec.parse(kernel),
                        List.of("tomato"),
                        text -> text.replace(OF_SOC, ""));
        List<String> lines = Stories.log(run);
        assertThat(lines.contains(OUTSIDE)).isEqualTo(refused);
        assertThat(lines.contains(RETAINING.formatted("1a020000.video-codec"))).isEqualTo(refused);
    }

    @ParameterizedTest
    @CsvSource({"6.4", "6.7", "6.12"})
    void theDeviceTreeOfTheSocSaysEnough(String kernel) {
        PlayedRun run = Stories.of("mtk").play("two-m4us", kernel);
        assertThat(Stories.log(run)).doesNotContain(OUTSIDE);
        assertThat(device(run, "1a020000.video-codec").busDmaLimit().get()).isEqualTo(0x3_ffff_ffffL);
    }

    // From v6.10 on the aperture alone says where addresses begin.
    @ParameterizedTest
    @CsvSource({"6.2, true", "6.7, true", "6.12, false"})
    void membersOfAGroupMustBeginAtTheSameAddress(String kernel, boolean refused) throws IOException {
        PlayedRun run = oneGroup(kernel, "\"iommus\": [\"30f0000.iommu 5\"]", "0x40000000", "0xc0000000");
        List<String> lines = Stories.log(run);
        assertThat(lines.contains(INCOMPATIBLE)).isEqualTo(refused);
        assertThat(lines.contains(RETAINING.formatted("1c00000.video-codec-g2")))
                .isEqualTo(refused);
        assertThat(device(run, "1c00000.video-codec-g2").dmaOps().isNull()).isEqualTo(refused || kernel.equals("6.12"));
        assertThat(device(run, "1c00000.video-codec-g2").dmaIommu().get()).isEqualTo(kernel.equals("6.12"));
    }

    // An aperture of 4 GiB: a bus that begins above it reaches nothing of it, on every release.
    @ParameterizedTest
    @CsvSource({"6.2", "6.7", "6.12"})
    void aBusThatBeginsAboveTheAperture(String kernel) throws IOException {
        PlayedRun run = oneGroup(kernel, "\"iommus\": [\"30f0000.iommu 0\"]", "0x100000000", "0x100000000");
        assertThat(Stories.log(run)).contains(OUTSIDE, RETAINING.formatted("1100000.mixer"));
        assertThat(device(run, "1100000.mixer").dmaIommu().get()).isFalse();
    }

    // bus_dma_limit goes before the device's own mask
    @Test
    void addressesAreBelowWhatTheBusHandsOn() throws IOException {
        PlayedRun run = oneGroup("6.2", "\"iommus\": [\"30f0000.iommu 3\"]", "0x0", "0x40000000");
        assertThat(device(run, "1c0e000.video-codec").dmaMask().get()).isEqualTo(0x3fff_ffffL);
        assertThat(run.world()
                        .dma()
                        .map(device(run, "1c0e000.video-codec"), 4096, DmaDirection.TO_DEVICE)
                        .address())
                .isLessThan(0x4000_0000L);
    }

    private PlayedRun oneGroup(String kernel, String iommus, String base, String size) throws IOException {
        String range = ",\n      \"dmaRange\": { \"base\": \"%s\", \"size\": \"%s\" }".formatted(base, size);
        return Stories.of("sun50i")
                .playChanged(
                        folder,
                        "one-group",
                        KernelSpec.parse(kernel),
                        List.of("pine-h64"),
                        text -> text.replace(iommus, iommus + range));
    }
}
