package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a PCI device is tried with addresses below 4 GiB first (pci_32bit_workaround). */
class LowAddressesTest {
    // Up to v6.5 there is no such bit: the try is repeated every time.
    @ParameterizedTest
    @CsvSource({"6.4, false", "6.7, true", "6.12, true"})
    void afterItFailedOnceAnotherDriverDoesNotBeginFromBelowAgain(String kernel, boolean hasBit) {
        World world = Stories.of("smmu-v3").live("boot-and-dma", kernel);
        Device ssd = Objects.requireNonNull(world.devices().get("0000:01:00.0"));
        var bit = DevIommu.find(ssd).orElseThrow().lowAddressesFirst();
        assertThat(bit.get()).as("after the probe").isEqualTo(hasBit);
        bit.set(false); // as it is once nothing was free
        assertThat(world.bus().bind(world.bus().driverNamed("nvme").orElseThrow(), ssd))
                .isZero();
        assertThat(bit.get()).as("after another bind").isFalse();
    }
}
