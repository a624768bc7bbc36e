package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is mapped for a device that sees the CPU's caches says so (dma_info_to_prot: IOMMU_CACHE). */
class CoherentTest {
    @TempDir
    Path folder;

    // write-back and inner shareable, or not cached and outer shareable: ACPI's are coherent, the phone's device tree
    // is silent
    @ParameterizedTest
    @CsvSource({
        "pci-small-smmu, 0000:02:00.0, 6.2, f47",
        "pci-small-smmu, 0000:02:00.0, 6.12, f47",
        "sm8250, 8804000.mmc, 6.2, e43",
        "sm8250, 8804000.mmc, 6.12, e43",
    })
    void theEntryOfAPage(String board, String device, String kernel, String attributes) {
        PlayedRun run = Stories.of("dma").playActions(board, KernelSpec.parse(kernel), """
            {"do": "boot"},
            {"do": "allocate-buffer", "device": "%s", "pages": 1, "name": "page"}
            """.formatted(device));
        assertThat(attributes(run)).isEqualTo(attributes);
    }

    /** dma-coherent in the device tree, of the phone's SD card. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void theEntryOfAPageWhereTheDeviceTreeSaysSo(String kernel) throws IOException {
        PlayedRun run = Stories.of("arm-smmu")
                .playChanged(
                        folder,
                        "boot-and-dma",
                        KernelSpec.parse(kernel),
                        List.of("sm8250"),
                        text -> text.replace(
                                "\"title\": \"SD card\",", "\"title\": \"SD card\", \"dmaCoherent\": \"y\","));
        assertThat(attributes(run)).isEqualTo("f47");
    }

    private static String attributes(PlayedRun run) {
        long entry = Stories.events(run, 1).stream()
                .filter(Event.TableWrite.class::isInstance)
                .map(Event.TableWrite.class::cast)
                .reduce((first, second) -> second)
                .orElseThrow()
                .value();
        return Long.toHexString(entry & 0xfff);
    }
}
