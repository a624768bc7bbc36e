package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a group goes from one domain to another where a device refuses: before v6.5, and since. */
class SetDomainTest {
    private static final Set<Callback> ATTACH = EnumSet.of(Callback.ATTACH_DEV);

    private static FakeIommu iommu(String kernel, Set<Callback> callbacks, Set<String> failing) {
        return new FakeIommu(KernelSpec.parse(kernel), true, callbacks, failing);
    }

    private static Group groupOf(FakeIommu iommu, String... devices) {
        Device last = iommu.addDevice(devices[0]);
        for (String name : List.of(devices).subList(1, devices.length)) {
            last = iommu.addDevice(name);
        }
        return Group.of(last).orElseThrow();
    }

    // c never left the default domain: only the old algorithm attaches it again
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.4  | attach a, attach b, attach a, attach b, attach c
        6.7  | attach a, attach b, attach a, attach b
        6.12 | attach a, attach b, attach a, attach b
        """)
    void aRefusedAttachIsTakenBack(String kernel, String calls) {
        FakeIommu iommu = iommu(kernel, ATTACH, Set.of("b UNMANAGED"));
        Group group = groupOf(iommu, "a", "b", "c");
        IommuDomain domain = iommu.newDomain();
        iommu.forget();
        assertThat(iommu.core().attaching().attachGroup(domain, group)).isEqualTo(Errno.EINVAL.negative());
        assertThat(String.join(", ", iommu.calls())).isEqualTo(calls);
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(iommu.kernel().log().warnings()).isZero();
    }

    // the first callbacks are the probes'; the third is refused by a, and the default domain again when it goes back
    @ParameterizedTest
    @CsvSource({"6.7, 1", "6.12, 1"})
    void aRevertThatIsRefusedIsWarnedAbout(String kernel, int warnings) {
        KernelBuild build =
                KernelSpec.parse(kernel).failing(List.of(failure(3, Errno.EINVAL), failure(4, Errno.EINVAL)));
        var iommu = new FakeIommu(build, true, ATTACH, Set.of());
        Group group = groupOf(iommu, "a", "b");
        assertThat(iommu.core().attaching().attachGroup(iommu.newDomain(), group))
                .isEqualTo(Errno.EINVAL.negative());
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(iommu.kernel().log().warnings()).isEqualTo(warnings);
    }

    private static Failure failure(int nth, Errno error) {
        return new Failure("fake", Callback.ATTACH_DEV, nth, error);
    }

    // probes 1 and 2, attach 3 and 4; the detach of a is refused: b goes all the same, and the core moves on
    @Test
    void aDetachGoesOnAndForgetsTheOldDomain() {
        KernelBuild build = KernelSpec.parse("6.7").failing(List.of(failure(5, Errno.EINVAL)));
        var iommu = new FakeIommu(build, true, ATTACH, Set.of());
        Group group = groupOf(iommu, "a", "b");
        IommuDomain domain = iommu.newDomain();
        assertThat(iommu.core().attaching().attachGroup(domain, group)).isZero();
        iommu.forget();
        iommu.core().attaching().detachGroup(domain, group);
        assertThat(iommu.calls()).containsExactly("attach b");
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(iommu.seen()).contains("warn __iommu_group_set_domain_nofail");
    }

    @Test
    void whoMustNotFailTriesTheBlockingDomain() {
        KernelBuild build = KernelSpec.parse("6.7").failing(List.of(failure(2, Errno.EINVAL)));
        var callbacks = EnumSet.of(Callback.ATTACH_DEV, Callback.BLOCKED_DOMAIN);
        var iommu = new FakeIommu(build, true, callbacks, Set.of());
        Group group = groupOf(iommu, "a");
        assertThat(iommu.core().ownership().claim(group, group)).isZero();
        assertThat(iommu.calls()).containsExactly("attach a", "blocked a");
        iommu.forget();
        iommu.core().ownership().release(group);
        assertThat(iommu.calls()).containsExactly("blocked a");
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(iommu.kernel().log().warnings()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"6.7", "6.12"})
    void thereIsNoNoDomainAnyMore(String kernel) {
        FakeIommu iommu = iommu(kernel, ATTACH, Set.of());
        Group group = groupOf(iommu, "a");
        iommu.forget();
        var setDomain = new UnwindingSetDomain(iommu.kernel(), new DeviceAttach(iommu.kernel()));
        assertThat(setDomain.set(group, Optional.empty())).isEqualTo(Errno.EINVAL.negative());
        assertThat(iommu.calls()).isEmpty();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(iommu.kernel().log().warnings()).isEqualTo(1);
    }

    @Test
    void aDeferredDeviceIsLeftAloneUntilItIsAttachedToSomethingElse() {
        FakeIommu iommu = iommu("6.7", EnumSet.of(Callback.ATTACH_DEV, Callback.IS_ATTACH_DEFERRED), Set.of());
        Device device = iommu.addDevice("a");
        Group group = Group.of(device).orElseThrow();
        assertThat(iommu.calls()).containsExactly("deferred?");
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        iommu.forget();
        IommuDomain domain = iommu.newDomain();
        assertThat(iommu.core().attaching().attachDevice(domain, device)).isZero();
        iommu.core().attaching().detachDevice(domain, device);
        assertThat(iommu.calls()).containsExactly("attach a", "attach a");
    }

    // a domain of one driver, a device of another
    @ParameterizedTest
    @CsvSource({"6.7, 0", "6.12, -22"})
    void aDomainOfAnotherDriverIsRefusedFromV68On(String kernel, long result) {
        FakeIommu iommu = iommu(kernel, ATTACH, Set.of());
        Device device = iommu.addDevice("a");
        var other = new DriverOps(iommu.kernel(), () -> Attaching.opsOf(device).table());
        IommuDomain foreign =
                iommu.core().domains().alloc(other, DomainType.UNMANAGED).orElseThrow();
        assertThat(iommu.core().attaching().attachDevice(foreign, device)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({"6.7", "6.12"})
    void aStaticDomainIsOneOfItsDriver(String kernel) {
        FakeIommu iommu = iommu(kernel, EnumSet.of(Callback.ATTACH_DEV, Callback.IDENTITY_DOMAIN), Set.of());
        Device device = iommu.addDevice("a");
        IommuDomain identity = iommu.core()
                .domains()
                .alloc(Attaching.opsOf(device), DomainType.IDENTITY)
                .orElseThrow();
        iommu.forget();
        assertThat(iommu.core().attaching().attachDevice(identity, device)).isZero();
        assertThat(iommu.calls()).containsExactly("identity a");
        iommu.core().domains().free(identity);
        assertThat(identity.freed().get()).isFalse();
    }
}
