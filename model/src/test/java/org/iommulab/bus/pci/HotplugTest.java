package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.EventKind;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** remove and rescan on a captured x86 machine: who goes and comes in which order, and with which group numbers. */
class HotplugTest {
    private static final List<String> SCANNED = List.of(
            "00:00.0", "00:02.0", "00:02.1", "00:02.2", "00:02.3", "00:02.4", "00:05.0", "00:06.0", "00:1f.0",
            "00:1f.2", "00:1f.3", "01:00.0", "02:00.0", "03:00.0", "04:01.0", "04:02.0", "05:00.0", "05:00.1");

    private static FakeIommu iommu(Version version) {
        var callbacks = EnumSet.of(Callback.ATTACH_DEV, Callback.RELEASE_DEVICE);
        if (version.compareTo(Version.V6_3) < 0) {
            callbacks.add(Callback.DETACH_DEV);
        }
        return new FakeIommu(KernelBuild.of(version), true, callbacks, Set.of());
    }

    private static CapturedPci booted(FakeIommu iommu) throws IOException {
        CapturedPci pci = CapturedPci.behind(iommu, CapturedPci.functions("intel"));
        pci.drivers.pciSettings().requestAcs();
        pci.host.scan();
        pci.drivers.register(pci.driver("pcieport", true, (ids, device) -> ids.equals("1b36:000c"), false));
        pci.drivers.register(pci.driver("e1000e", false, (ids, device) -> ids.equals("8086:10d3"), false));
        pci.drivers.register(pci.driver("e1000", false, (ids, device) -> ids.equals("8086:100e"), false));
        pci.drivers.register(pci.driver("nvme", false, (ids, device) -> ids.equals("1b36:0010"), true));
        return pci;
    }

    private static List<String> shortNames(CapturedPci pci) {
        return pci.names().stream().map(name -> name.substring(5)).toList();
    }

    private static int groupOf(CapturedPci pci, String name) {
        return Group.of(pci.device("0000:" + name)).orElseThrow().number();
    }

    @Test
    void theScanGoesBusByBus() throws IOException {
        CapturedPci pci = CapturedPci.of("intel", false, Version.V6_12);
        pci.host.scan();
        assertThat(shortNames(pci)).isEqualTo(SCANNED);
        assertThat(pci.appeared).hasSize(18);
    }

    /** As the captures say: the numbers come back, and what was last in its bus' list is so again. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        02:00.0 | e1000e
        04:02.0 | -
        03:00.0 04:01.0 04:02.0 | -
        00:02.0 01:00.0 | pcieport
        00:02.2 03:00.0 04:01.0 04:02.0 | pcieport
        """)
    void whatIsRemovedComesBack(String gone, String driver) throws IOException {
        for (Version version : new Version[] {Version.V6_1, Version.V6_4, Version.V6_12}) {
            CapturedPci pci = booted(iommu(version));
            List<String> names = List.of(gone.split(" "));
            List<Integer> before =
                    names.stream().map(name -> groupOf(pci, name)).toList();
            List<Device> objects =
                    names.stream().map(name -> pci.device("0000:" + name)).toList();

            assertThat(pci.host.remove(objects.getFirst())).isZero();
            assertThat(shortNames(pci))
                    .isEqualTo(SCANNED.stream()
                            .filter(name -> !names.contains(name))
                            .toList());
            assertThat(objects).allSatisfy(device -> {
                assertThat(device.iommuGroup().isNull()).isTrue();
                assertThat(device.driver().isNull()).isTrue();
                assertThat(device.present().get()).isFalse();
            });

            assertThat(pci.host.rescan()).isZero();
            assertThat(shortNames(pci).subList(18 - names.size(), 18)).isEqualTo(names);
            assertThat(names.stream().map(name -> groupOf(pci, name)).toList()).isEqualTo(before);
            assertThat(names.stream().map(name -> pci.device("0000:" + name)).toList())
                    .doesNotContainAnyElementsOf(objects);
            assertThat(pci.device("0000:" + names.getFirst()).driverName().orElse("-"))
                    .isEqualTo(driver);
        }
    }

    /** The smallest number that is free goes to the one that comes first, not back to its old owner. */
    @Test
    void numbersAreTheSmallestFirst() throws IOException {
        CapturedPci pci = booted(iommu(Version.V6_12));
        pci.host.remove(pci.device("0000:00:05.0"));
        pci.host.remove(pci.device("0000:00:06.0"));
        pci.host.remove(pci.device("0000:02:00.0"));
        pci.host.rescan();
        assertThat(List.of(groupOf(pci, "00:05.0"), groupOf(pci, "00:06.0"), groupOf(pci, "02:00.0")))
                .isEqualTo(List.of(6, 7, 10));
        pci.host.remove(pci.device("0000:00:05.0"));
        pci.host.remove(pci.device("0000:00:02.1"));
        pci.host.rescan();
        // both lists' ends: the port was removed after the other one, but stands before it on the bus by its devfn
        assertThat(List.of(groupOf(pci, "00:02.1"), groupOf(pci, "00:05.0"), groupOf(pci, "02:00.0")))
                .isEqualTo(List.of(2, 6, 10));
    }

    /** Up to v6.3 the driver first, then the group's tracepoint; later the other way round. Last device first to stop. */
    @ParameterizedTest
    @EnumSource(names = {"V6_1", "V6_12"})
    void theOrderOfARemoval(Version version) throws IOException {
        FakeIommu iommu = iommu(version);
        CapturedPci pci = booted(iommu);
        var log = new ArrayList<String>();
        int from = pci.machine.steps();
        pci.host.remove(pci.device("0000:03:00.0"));
        var recording = pci.machine.finish();
        for (int step = from + 1; step <= recording.length(); step++) {
            var event = recording.event(step);
            String name = event.term().name();
            if (Set.of("pci_stop_dev", "iommu_device_unuse_default_domain", "fake_release", "remove_device_from_group")
                            .contains(name)
                    && recording.kind(step) != EventKind.LEAVE) {
                log.add(name + " " + pci.machine.object(event.object()).label());
            }
        }
        boolean driverFirst = version == Version.V6_1;
        assertThat(log.stream().filter(line -> line.startsWith("pci_stop_dev")).toList())
                .containsExactly("pci_stop_dev 0000:04:02.0", "pci_stop_dev 0000:04:01.0", "pci_stop_dev 0000:03:00.0");
        assertThat(log.stream().filter(line -> line.startsWith("iommu_device")).toList())
                .containsExactly("iommu_device_unuse_default_domain 0000:04:01.0");
        assertThat(log.subList(4, log.size())).hasSize(6);
        for (int i = 0; i < 3; i++) {
            assertThat(log.get(4 + 2 * i)).startsWith(driverFirst ? "fake_release" : "remove_device");
            assertThat(log.get(5 + 2 * i)).startsWith(driverFirst ? "remove_device" : "fake_release");
        }
    }

    /**
     * The scan marks a function above 0 only when it is added, so that the IOMMU core, which x86 tells of it before that,
     * still takes it for the only one in its slot (drivers/pci/probe.c: pci_scan_slot; in no capture).
     */
    @Test
    void aSecondFunctionIsAloneWhenTheIommuIsThereFirst() throws IOException {
        CapturedPci pci = booted(iommu(Version.V6_12));
        pci.host.remove(pci.device("0000:00:02.3"));
        pci.host.rescan();
        assertThat(groupOf(pci, "05:00.0")).isNotEqualTo(groupOf(pci, "05:00.1"));
        assertThat(pci.drivers.pci().isMultifunction(pci.device("0000:05:00.1")))
                .isTrue();
    }

    @Test
    void aRefusedBindIsSaid() throws IOException {
        FakeIommu iommu = iommu(Version.V6_12);
        CapturedPci pci = booted(iommu);
        Group group = Group.of(pci.device("0000:04:02.0")).orElseThrow();
        pci.drivers.unbind(pci.device("0000:04:01.0"));
        assertThat(iommu.core().ownership().claim(group, pci.host)).isZero();
        pci.host.remove(pci.device("0000:04:01.0"));
        pci.host.rescan();
        assertThat(pci.device("0000:04:01.0").driver().isNull()).isTrue();
        assertThat(group.devices().toList().getLast()).isSameAs(pci.device("0000:04:01.0"));
        assertThat(iommu.seen().getLast()).isEqualTo("log device attach failed (%d)");
    }

    /** Rewound and played again, the machine is what it was at each step. */
    @Test
    void allOfItCanBeTravelled() throws IOException {
        CapturedPci pci = booted(iommu(Version.V6_12));
        pci.host.sriovNumvfs(pci.device("0000:01:00.0"), 2);
        pci.host.remove(pci.device("0000:00:02.0"));
        pci.host.rescan();
        var recording = pci.machine.finish();
        var cursor = new Cursor(recording);
        pci.machine.keepDigest();
        cursor.first();
        long[] digests = new long[recording.length() + 1];
        for (int step = 0; step <= recording.length(); step++) {
            cursor.go(step);
            digests[step] = pci.machine.digest();
        }
        assertThat(shortNames(pci)).contains("01:00.0").doesNotContain("01:00.1");
        for (int step = recording.length(); step >= 0; step--) {
            cursor.go(step);
            assertThat(pci.machine.digest()).isEqualTo(digests[step]);
        }
        assertThat(pci.names()).isEmpty();
    }
}
