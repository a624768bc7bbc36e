package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.bus.pci.PciAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an IOMMU in sysfs becomes. */
class AmdRecogniseTest {
    @ParameterizedTest
    @CsvSource({"'', -1, -1", "0000:00:02.0, 0x10, 0x10", "0000:40:01.0 0000:00:02.0 0000:41:00.1, 0x10, 0x4101"})
    void ofSeveralEachHasTheIdsFromItsFirstFunctionToItsLast(String served, String first, String last) {
        List<PciAddress> functions = Arrays.stream(served.split(" "))
                .flatMap(name -> PciAddress.parse(name).stream())
                .toList();
        var instance = new SysfsInstance(
                "ivhd1",
                "../../devices/pci0000:00/0000:00:00.2/iommu/ivhd1",
                Map.of("amd-iommu/cap", "b0f"),
                functions);
        Optional<SysfsInstance.Unit> unit = new AmdBackend().recognise(instance, List.of());
        assertThat(unit.orElseThrow().device()).isEqualTo("0000:00:00.2");
        assertThat(unit.get().properties().getOrDefault("firstId", -1L)).isEqualTo(Long.decode(first));
        assertThat(unit.get().properties().getOrDefault("lastId", -1L)).isEqualTo(Long.decode(last));
    }
}
