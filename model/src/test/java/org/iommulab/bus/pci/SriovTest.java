package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SriovTest {
    private static final String NVME = "0000:01:00.0";
    private CapturedPci pci = null;

    @BeforeEach
    void boot() throws IOException {
        var callbacks = EnumSet.of(Callback.ATTACH_DEV, Callback.RELEASE_DEVICE);
        pci = CapturedPci.behind(
                new FakeIommu(KernelBuild.of(Version.V6_12), true, callbacks, Set.of()),
                CapturedPci.functions("intel"));
        pci.host.scan();
        pci.drivers.register(pci.driver("nvme", false, (ids, device) -> ids.equals("1b36:0010"), true));
    }

    private long numvfs(String name, int count) {
        return pci.host.sriovNumvfs(pci.device(name), count);
    }

    @Test
    void theyAreMadeBoundAndTakenAwayInOrder() {
        assertThat(numvfs(NVME, 2)).isZero();
        assertThat(pci.names().subList(18, 20)).containsExactly("0000:01:00.1", "0000:01:00.2");
        Device first = pci.device("0000:01:00.1");
        PciFunction function = first.pci().orElseThrow();
        assertThat(function.isVirtual()).isTrue();
        assertThat(function.multifunction().get()).isFalse();
        assertThat(function.type()).isEqualTo(PciType.ENDPOINT);
        assertThat(function.bus().self()).contains(pci.device("0000:00:02.0"));
        assertThat(function.found().has(ExtendedCapability.SRIOV)).isFalse();
        assertThat(function.found().has(ExtendedCapability.ARI)).isTrue();
        assertThat(ResetMethods.of(function.found()).flr()).isTrue();
        assertThat(first.driverName()).contains("nvme");
        assertThat(Group.of(first).orElseThrow().devices().size()).isEqualTo(1);
        assertThat(pci.host.isPhysicalFunction(first)).isFalse();

        assertThat(numvfs(NVME, 0)).isZero();
        assertThat(pci.names()).hasSize(18);
        assertThat(first.iommuGroup().isNull()).isTrue();
        assertThat(numvfs(NVME, 1)).isZero();
        assertThat(pci.names()).hasSize(19);
    }

    @Test
    void refusals() {
        assertThat(numvfs(NVME, 3)).isEqualTo(-34);
        assertThat(numvfs(NVME, -1)).isEqualTo(-22);
        assertThat(numvfs("0000:02:00.0", 1)).isEqualTo(-2);
        assertThat(numvfs(NVME, 0)).isZero();
        assertThat(numvfs(NVME, 1)).isZero();
        assertThat(numvfs(NVME, 1)).isZero();
        assertThat(numvfs(NVME, 2)).isEqualTo(-16);
        assertThat(numvfs(NVME, 0)).isZero();
        pci.drivers.unbind(pci.device(NVME));
        assertThat(numvfs(NVME, 1)).isEqualTo(-2);
        pci.drivers.register(pci.driver("stub", false, (ids, device) -> false, false));
        pci.drivers.bind(pci.driver("none", false, (ids, device) -> true, false), pci.device(NVME));
        assertThat(pci.device(NVME).driverName()).contains("none");
        assertThat(numvfs(NVME, 1)).isEqualTo(-2);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1"})
    void aDriverThatGoesAndLeavesThemIsNoted(int left, long lines) {
        numvfs(NVME, 1);
        if (left == 0) {
            numvfs(NVME, 0);
        }
        pci.drivers.unbind(pci.device(NVME));
        Recording recording = pci.machine.finish();
        assertThat(IntStream.rangeClosed(1, recording.length())
                        .filter(step -> recording.kind(step) == EventKind.LOG)
                        .filter(step -> recording.event(step).term().name().contains("driver left SR-IOV enabled"))
                        .count())
                .isEqualTo(lines);
    }

    @Test
    void driversAreNotOfferedThemWhenTheirPhysicalFunctionDoesNotWant() {
        pci.device(NVME).pci().orElseThrow().vfDriversAutoprobe().set(false);
        assertThat(numvfs(NVME, 2)).isZero();
        Device first = pci.device("0000:01:00.1");
        assertThat(first.driver().isNull()).isTrue();
        assertThat(Group.of(first).orElseThrow().ownerCount().get()).isZero();
    }

    @Test
    void theyGoBeforeTheirPhysicalFunction() {
        numvfs(NVME, 2);
        pci.host.remove(pci.device("0000:00:02.0"));
        assertThat(pci.names()).noneMatch(name -> name.startsWith("0000:01:")).hasSize(16);
        pci.host.rescan();
        assertThat(pci.names()).hasSize(18).doesNotContain("0000:01:00.1");
        assertThat(numvfs(NVME, 2)).isZero();
        assertThat(pci.names()).hasSize(20);
    }

    /** Functions that a captured kernel had made are not plugged in: they are there again when somebody makes them. */
    @Test
    void capturedOnesAreLeftToTheirPhysicalFunction() throws IOException {
        Map<PciAddress, ConfigSpace> functions = CapturedPci.functions("intel");
        PciAddress physical = PciAddress.parse(NVME).orElseThrow();
        ConfigSpace space = functions.get(physical);
        byte[] bytes = space.bytes();
        bytes[0x128] = 1;
        bytes[0x130] = 2;
        functions.put(physical, ConfigSpace.of(bytes));
        functions.put(PciAddress.of(0, 0x101), space);
        functions.put(PciAddress.of(0, 0x102), space);
        var captured = new CapturedPci(functions, false, Version.V6_1);
        captured.host.scan();
        assertThat(captured.names()).hasSize(18);
    }

    /** A virtual function on the bus number after its physical one's: a bus of its own, without a bridge. */
    @Test
    void theyCanNeedABusOfTheirOwn() throws IOException {
        Map<PciAddress, ConfigSpace> functions = CapturedPci.functions("intel");
        PciAddress physical = PciAddress.parse(NVME).orElseThrow();
        byte[] bytes = functions.get(physical).bytes();
        bytes[0x134] = 0;
        bytes[0x135] = 1; // VF offset 256
        functions.put(physical, ConfigSpace.of(bytes));
        var spread = new CapturedPci(functions, true, Version.V6_12);
        spread.host.scan();
        spread.drivers.register(spread.driver("nvme", false, (ids, device) -> ids.equals("1b36:0010"), true));
        assertThat(spread.names()).contains("0000:03:00.0").doesNotContain("0000:02:00.0");
        int buses = spread.host.buses().size();
        assertThat(spread.host.sriovNumvfs(spread.device(NVME), 2)).isZero();
        PciFunction function = spread.device("0000:02:00.1").pci().orElseThrow();
        assertThat(function.bus().self()).isEmpty();
        assertThat(function.bus().parent())
                .contains(spread.device(NVME).pci().orElseThrow().bus());
        assertThat(function.config().memoryAnswers()).isTrue();
        spread.join(List.of("0000:02:00.0", "0000:02:00.1"));
        assertThat(spread.groups()).containsExactly("0000:02:00.0", "0000:02:00.1");
        assertThat(spread.host.sriovNumvfs(spread.device(NVME), 0)).isZero();
        assertThat(spread.host.buses()).hasSize(buses);
    }
}
