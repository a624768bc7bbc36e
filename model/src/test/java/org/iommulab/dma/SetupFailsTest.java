package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;

/** A device that dma-iommu cannot serve. */
class SetupFailsTest {
    /** pr_warn: the line names the device itself and has none in front. */
    @Test
    void theLogSaysWhoseDmaStaysAsItIs() {
        var first = new Failure("arm-smmu-v3", Callback.DOMAIN_ALLOC, 1, Errno.ENOMEM);
        PlayedRun run = Stories.of("smmu-v3")
                .play("boot-and-dma", KernelSpec.parse("6.2").failing(List.of(first)));
        assertThat(KernelLogText.lines(run.recording(), run.logForm()))
                .extracting(line -> line.text())
                .contains("Failed to set up IOMMU for device 0000:00:02.0; retaining platform DMA ops");
    }
}
