package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A host bridge of the device tree gives out bus numbers anew with each scan. What the captured arm64 machines show
 * after their first root port was removed and came back: functions answer where others stood.
 */
class DeviceTreeRescanTest {
    private static CapturedPci booted() throws IOException {
        CapturedPci pci = CapturedPci.of("smmuv3", true, Version.V6_12);
        pci.host.scan();
        pci.drivers.register(pci.driver("pcieport", true, (ids, device) -> ids.equals("1b36:000c"), false));
        return pci;
    }

    private static String parent(CapturedPci pci, String name) {
        return pci.device(name)
                .pci()
                .orElseThrow()
                .bus()
                .self()
                .map(Device::label)
                .orElse("-");
    }

    @Test
    void aScanThatChangesNothingGivesTheSameNumbers() throws IOException {
        CapturedPci pci = booted();
        List<String> before = pci.names();
        pci.host.rescan();
        assertThat(pci.names()).isEqualTo(before);
        assertThat(pci.host.buses().stream().map(PciBus::number)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void theFirstPortComesBackAsTheLast() throws IOException {
        CapturedPci pci = booted();
        pci.host.remove(pci.device("0000:00:02.0"));
        assertThat(pci.host.find("0000:01:00.0")).isEmpty();
        pci.host.rescan();
        assertThat(pci.names())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of("00:00.0 00:02.1 00:02.2 00:02.3 00:02.4 00:05.0 00:06.0 02:00.0 03:00.0 04:01.0"
                                        + " 04:02.0 05:00.0 05:00.1 00:02.0 01:00.0 06:00.0")
                                .flatMap(names -> Stream.of(names.split(" ")))
                                .map(name -> "0000:" + name)
                                .toList());
        // the second port's endpoint is there twice, the NVMe stands below the fifth port
        assertThat(pci.device("0000:01:00.0").type()).isEqualTo("8086:10d3");
        assertThat(pci.device("0000:06:00.0").type()).isEqualTo("1b36:0010");
        assertThat(List.of(parent(pci, "0000:01:00.0"), parent(pci, "0000:02:00.0"), parent(pci, "0000:06:00.0")))
                .isEqualTo(List.of("0000:00:02.1", "0000:00:02.1", "0000:00:02.4"));
    }

    /** The old objects stay, but their configuration is that of others: the capture's topology at its end. */
    @ParameterizedTest
    @CsvSource({
        "02:00.0, 8086:10d3, 1b36:000e, false",
        "03:00.0, 1b36:000e, 8086:10d3, false",
        "05:00.0, 8086:10d3, ffff:ffff, false",
        "04:02.0, 1234:11e8, ffff:ffff, false",
        "01:00.0, 8086:10d3, 8086:10d3, true",
        "06:00.0, 1b36:0010, 1b36:0010, false",
        "00:06.0, 8086:10d3, 8086:10d3, true"
    })
    void whoAnswersAfterwards(String name, String believed, String answers, boolean memory) throws IOException {
        CapturedPci pci = booted();
        pci.host.remove(pci.device("0000:00:02.0"));
        pci.host.rescan();
        PciFunction function = pci.device("0000:" + name).pci().orElseThrow();
        ConfigSpace now = function.config().snapshot();
        assertThat("%04x:%04x"
                        .formatted(function.found().vendor(), function.found().device()))
                .isEqualTo(believed);
        assertThat("%04x:%04x".formatted(now.vendor(), now.device())).isEqualTo(answers);
        assertThat(function.config().memoryAnswers()).isEqualTo(memory);
    }

    @Test
    void laterScansFindNothingNewAndLoseWhatIsRemoved() throws IOException {
        CapturedPci pci = booted();
        pci.host.remove(pci.device("0000:00:02.0"));
        pci.host.rescan();
        pci.host.remove(pci.device("0000:04:01.0"));
        List<String> left = pci.names();
        pci.host.rescan();
        assertThat(pci.names()).isEqualTo(left);
        assertThat(pci.host.find("0000:04:01.0")).isEqualTo(Optional.empty());
    }

    /** ACS is asked for when the first driver is bound: too late for those of the boot's scan, in time for later ones. */
    @Test
    void onlyWhatComesLaterHasItsAcsOn() throws IOException {
        CapturedPci pci = booted();
        assertThat(pci.drivers.pci().acsEnabled(pci.device("0000:00:02.0"))).isFalse();
        pci.host.remove(pci.device("0000:00:02.0"));
        pci.host.rescan();
        assertThat(pci.drivers.pci().acsEnabled(pci.device("0000:00:02.0"))).isTrue();
        assertThat(pci.drivers.pci().acsEnabled(pci.device("0000:00:02.1"))).isFalse();
        pci.join(List.of("0000:00:02.0", "0000:00:02.1", "0000:01:00.0", "0000:06:00.0", "0000:00:02.4"));
        assertThat(pci.groups())
                .containsExactlyInAnyOrder("0000:00:02.0", "0000:00:02.1 0000:00:02.4 0000:01:00.0 0000:06:00.0");
    }
}
