package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Domains for single PASIDs of the devices of a group, and processes on them. */
class PasidTest {
    private static FakeIommu iommu(String kernel, String failing) {
        return new FakeIommu(
                KernelSpec.parse(kernel),
                true,
                EnumSet.of(Callback.ATTACH_DEV, Callback.SET_DEV_PASID),
                failing.isEmpty() ? Set.of() : Set.of(failing + " PASID"));
    }

    private static Device device(FakeIommu iommu, String name, int pasids) {
        Device device = iommu.addDevice(name);
        DevIommu.find(device).orElseThrow().maxPasids().set(pasids);
        return device;
    }

    // kernel | PASID | limit of the second device | who refuses | result | asked of the driver
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.12 | 3 | 16 |   |   0 | set a 3, set b 3
        6.12 | 3 |  0 |   |   0 | set a 3
        6.12 | 3 |  3 |   | -22 | ''
        6.12 | 0 | 16 |   | -22 | ''
        6.2  | 0 | 16 |   |   0 | set a 0, set b 0
        6.2  | 3 |  3 |   |   0 | set a 3, set b 3
        6.12 | 3 | 16 | b | -22 | set a 3, set b 3, remove a 3
        6.2  | 3 | 16 | b | -22 | set a 3, set b 3, remove a 3, remove b 3
        6.12 | 3 | 16 | a | -22 | set a 3
        """)
    void allDevicesOfTheGroupGetTheDomain(
            String kernel, int pasid, int limit, String refuses, long result, String asked) {
        FakeIommu iommu = iommu(kernel, refuses == null ? "" : refuses);
        Device a = device(iommu, "a", 16);
        device(iommu, "b", limit);
        iommu.forget();
        assertThat(iommu.core().pasids().attach(iommu.newDomain(), a, pasid)).isEqualTo(result);
        assertThat(String.join(", ", iommu.calls())).isEqualTo(asked);
        assertThat(Group.of(a).orElseThrow().pasids().load(pasid).isPresent()).isEqualTo(result == 0);
    }

    @Test
    void aPasidIsTakenUntilItIsDetached() {
        FakeIommu iommu = iommu("6.12", "");
        Device device = device(iommu, "a", 16);
        IommuDomain domain = iommu.newDomain();
        PasidAttaching pasids = iommu.core().pasids();
        assertThat(pasids.attach(domain, device, 3)).isZero();
        assertThat(pasids.attach(iommu.newDomain(), device, 3)).isEqualTo(Errno.EBUSY.negative());
        iommu.forget();
        pasids.detach(domain, device, 3);
        assertThat(iommu.calls()).containsExactly("remove a 3");
        assertThat(pasids.attach(iommu.newDomain(), device, 3)).isZero();
    }

    @Test
    void aProcessHasOnePasidAndThoseWhoBindItTwiceShareTheBond() {
        FakeIommu iommu = iommu("6.12", "");
        Device device = device(iommu, "a", 3);
        Sva sva = iommu.core().sva();
        var process = new Process(iommu);
        iommu.forget();
        Sva.Bond bond = sva.bind(device, process).bond().orElseThrow();
        assertThat(sva.bind(device, process).bond()).contains(bond);
        assertThat(iommu.calls()).containsExactly("set a 1");
        assertThat(sva.bind(device, new Process(iommu)).bond().orElseThrow().pasid())
                .isEqualTo(2);
        assertThat(sva.bind(device, new Process(iommu)).error()).isEqualTo(Errno.ENOSPC.negative());
        iommu.forget();
        sva.unbind(bond);
        assertThat(iommu.calls()).as("one user is left").isEmpty();
        sva.unbind(bond);
        assertThat(iommu.calls()).containsExactly("remove a 1", "free");
        assertThat(sva.bind(device, process).bond().orElseThrow().pasid())
                .as("kept as long as the process lives")
                .isEqualTo(1);
    }

    @Test
    void aDeviceWithoutTheProcessesPasidOverflowsAndAForeignDomainIsInTheWay() {
        FakeIommu iommu = iommu("6.12", "");
        Device device = device(iommu, "a", 16);
        Sva sva = iommu.core().sva();
        var first = new Process(iommu);
        var second = new Process(iommu);
        sva.bind(device, first);
        sva.unbind(sva.bind(device, second).bond().orElseThrow());
        iommu.core().pasids().attach(iommu.newDomain(), device, second.pasid());
        assertThat(sva.bind(device, second).error()).isEqualTo(Errno.EBUSY.negative());
        DevIommu.find(device).orElseThrow().maxPasids().set(2);
        assertThat(sva.bind(device, second).error()).isEqualTo(Errno.EOVERFLOW.negative());
    }

    private static final class Process extends ProcessTable {
        Process(FakeIommu iommu) {
            super(iommu.kernel().machine());
        }

        @Override
        public String label() {
            return "process";
        }

        @Override
        public long root() {
            return 0;
        }

        @Override
        public boolean fault(long address, boolean read, boolean write) {
            return address < 0x2000;
        }
    }
}
