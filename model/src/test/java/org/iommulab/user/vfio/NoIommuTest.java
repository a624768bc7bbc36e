package org.iommulab.user.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VFIO's groups for devices without an IOMMU. */
class NoIommuTest {
    private static PlayedRun play(String kernel) {
        return Stories.of("vfio")
                .playActions(
                        "pci-small",
                        KernelSpec.parse(kernel)
                                .withConfig(Map.of("VFIO_NOIOMMU", true))
                                .withCommandLine("intel_iommu=off vfio.enable_unsafe_noiommu_mode=1"),
                        """
                        {"do": "boot"},
                        {"do": "vfio-bind", "device": "0000:01:00.0"},
                        {"do": "vfio-container", "name": "c"},
                        {"do": "vfio-group", "device": "0000:01:00.0", "name": "g"},
                        {"do": "vfio-set-container", "group": "g", "container": "c"},
                        {"do": "unbind", "device": "0000:01:00.0"}
                        """);
    }

    /** vfio_device_remove_group: the device leaves the core's group first, which VFIO's keeps until it left its container. */
    @ParameterizedTest
    @CsvSource({"6.1, drivers/vfio/vfio_main.c", "6.12, drivers/vfio/group.c"})
    void theGroupIsHeldUntilItLeftItsContainer(String kernel, String file) {
        PlayedRun run = play(kernel);
        Set<String> wanted = Set.of("iommu_group_remove_device", "vfio_group_detach_container", "iommu_group_release");
        assertThat(Stories.calls(run, 5).stream().filter(wanted::contains))
                .containsExactly("iommu_group_remove_device", "vfio_group_detach_container", "iommu_group_release");
        assertThat(Stories.events(run, 1).stream()
                        .filter(event -> event.term().name().equals("vfio_noiommu_group_alloc"))
                        .map(event -> event.term().source())
                        .distinct())
                .containsExactly(file);
    }
}
