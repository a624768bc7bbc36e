package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is seen, and in which order, when a device leaves its group. */
class LeavingTest {
    private static final Set<Callback> CALLBACKS = EnumSet.of(Callback.ATTACH_DEV, Callback.RELEASE_DEVICE);

    private static List<String> seenAfterJoining(FakeIommu iommu) {
        List<String> seen = iommu.seen();
        int first = Math.max(
                seen.indexOf("log Adding to iommu group %d"), seen.lastIndexOf("trace attach_device_to_domain"));
        return seen.subList(first + 1, seen.size()).stream()
                .filter(line -> !line.startsWith("fake_alloc") && !line.equals("fake_free"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.2 | fake_release, log Removing from iommu group %d, trace remove_device_from_group
        6.3 | fake_release, log Removing from iommu group %d, trace remove_device_from_group
        6.4 | fake_release, trace remove_device_from_group
        6.7 | trace remove_device_from_group, fake_release
        6.12| trace remove_device_from_group, fake_release
        """)
    void theDriverIsAskedAndTheGroupForgets(String kernel, String expected) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, CALLBACKS, Set.of());
        Device device = iommu.addDevice("a");
        Group group = Group.of(device).orElseThrow();
        iommu.core().probing().releaseDevice(device);
        assertThat(group.gone().get()).isTrue();
        assertThat(Group.of(device)).isEmpty();
        assertThat(String.join(", ", seenAfterJoining(iommu))).isEqualTo(expected);
    }

    // release_domain is attached without a tracepoint, and only where the core knows it
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.7  | trace remove_device_from_group, fake_release
        6.12 | trace remove_device_from_group, fake_release_domain_attach, fake_release
        """)
    void aDriverMayNameTheDomainToLeaveWith(String kernel, String expected) {
        var callbacks = EnumSet.copyOf(CALLBACKS);
        callbacks.add(Callback.RELEASE_DOMAIN);
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, callbacks, Set.of());
        iommu.core().probing().releaseDevice(iommu.addDevice("a"));
        assertThat(String.join(", ", seenAfterJoining(iommu))).isEqualTo(expected);
    }

    // an UNMANAGED domain that nobody took back
    @ParameterizedTest
    @CsvSource({"6.3, 0", "6.4, 1", "6.7, 1", "6.12, 1"})
    void anEmptiedGroupOnAForeignDomainIsWarnedAbout(String kernel, int warnings) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, CALLBACKS, Set.of());
        Device device = iommu.addDevice("a");
        assertThat(iommu.core().attaching().attachDevice(iommu.newDomain(), device))
                .isZero();
        iommu.core().probing().releaseDevice(device);
        assertThat(iommu.kernel().log().warnings()).isEqualTo(warnings);
    }

    // the warning names the function that it stands in
    @ParameterizedTest
    @CsvSource({"6.4, iommu_release_device", "6.7, __iommu_group_free_device", "6.12, __iommu_group_free_device"})
    void theWarningStandsWhereTheReleasesHaveIt(String kernel, String function) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, CALLBACKS, Set.of());
        Device device = iommu.addDevice("a");
        iommu.core().attaching().attachDevice(iommu.newDomain(), device);
        iommu.core().probing().releaseDevice(device);
        assertThat(iommu.seen()).contains("warn " + function);
    }
}
