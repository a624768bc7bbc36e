package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that shows what its IOMMUs do says so when it boots. */
class DebugfsNoticeTest {
    @Test
    void itStandsBetweenTheCommandLineAndTheDefaultDomains(@TempDir Path folder) throws IOException {
        PlayedRun run = Stories.of("sun50i")
                .playChanged(
                        folder,
                        "one-group",
                        KernelSpec.parse("6.2").withCommandLine("iommu.forcedac=1"),
                        List.of("pine-h64"),
                        text -> text.replace("\"IOMMU_DMA\": \"y\"", "\"IOMMU_DMA\": \"y\", \"IOMMU_DEBUGFS\": \"y\""));
        List<String> lines = Stories.log(run);
        assertThat(lines.subList(0, 3)).containsExactly("Forcing DAC for PCI devices", "", "*".repeat(61));
        assertThat(lines.get(5)).isEqualTo("**  IOMMU DebugFS SUPPORT HAS BEEN ENABLED IN THIS KERNEL  **");
        assertThat(lines.subList(2, 16)).allMatch(line -> line.length() == 61);
        assertThat(lines.get(16)).startsWith("iommu: Default domain type");
    }

    @Test
    void itIsNotSaidByOthers() {
        assertThat(Stories.log(Stories.of("sun50i").play("one-group", "6.2"))).noneMatch(line -> line.contains("**"));
    }
}
