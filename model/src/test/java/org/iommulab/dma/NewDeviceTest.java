package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;

/** What comes back after a removal is a new device. */
class NewDeviceTest {
    private static final int COMES_BACK = 3;
    private static final int ALLOCATES = 4;

    // Seen: an exception from dma-iommu, and with it the end of a whole sweep.
    // Why: the new device had the dma_ops of the old one, without a group.
    @Test
    void whatIsNotProbedWhenItComesBackIsWithoutDmaIommu() {
        var eleventh = new Failure("amd", Callback.PROBE_DEVICE, 11, Errno.ENODEV);
        PlayedRun run =
                Stories.of("amd").play("unplugged", KernelSpec.parse("6.2").failing(List.of(eleventh)));
        assertThat(Stories.events(run, COMES_BACK))
                .anyMatch(event -> event.term().name().contains("probe_device"));
        assertThat(Stories.events(run, ALLOCATES))
                .noneMatch(event -> event.term().name().equals("iommu_dma_map_page"));
    }

    // Seen: an exception as above. Why: the registration failed, and the release leaves dma_ops as they are.
    @Test
    void dmaIommuWithoutAGroupIsANullPointer() {
        var sixth = new Failure("amd", Callback.ATTACH_DEV, 6, Errno.EINVAL);
        PlayedRun run =
                Stories.of("amd").play("boot-and-dma", KernelSpec.parse("6.2").failing(List.of(sixth)));
        assertThat(run.chapters().get(1).result()).isEqualTo("oops");
        Event last = run.recording().event(run.recording().length());
        assertThat(last).isInstanceOf(Event.Oops.class);
    }
}
