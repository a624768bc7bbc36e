package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What "no domain" means at each level of the series, for drivers with either callback, both, or none. */
class NullTransitionTest {
    private static Set<Callback> callbacks(String words) {
        var set = EnumSet.of(Callback.ATTACH_DEV);
        for (String word : words.split("\\+")) {
            if (!word.equals("none")) {
                set.add(word.equals("detach") ? Callback.DETACH_DEV : Callback.SET_PLATFORM_DMA_OPS);
            }
        }
        return set;
    }

    // kernel, driver has | driver is asked | warnings of the first detach, of the second | the core forgets the domain
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.1                 | detach          | detach a   | 0 | 0 | yes
        6.2                 | detach          | detach a   | 0 | 0 | yes
        6.2                 | none            |            | 2 | 2 | no
        6.2                 | platform        |            | 2 | 2 | no
        6.2+p1              | none            |            | 2 | 2 | no
        6.2+p1..p2          | none            |            | 1 | 0 | yes
        6.2+p1..p2          | detach          | detach a   | 0 | 0 | yes
        6.2+p1..p2          | detach+platform | platform a | 0 | 0 | yes
        6.2+p1..p3          | platform        | platform a | 0 | 0 | yes
        6.2+p1..p4          | none            |            | 1 | 0 | yes
        6.2+p1..p5          | none            |            | 1 | 1 | yes
        6.2+p1..p5          | detach          |            | 1 | 1 | yes
        6.2+p1..p5          | platform        | platform a | 0 | 0 | yes
        6.2+p2              | none            |            | 1 | 0 | yes
        6.2+p3              | platform        |            | 2 | 2 | no
        6.2+p5              | platform        |            | 1 | 1 | yes
        6.2+p5              | detach          |            | 1 | 1 | yes
        6.3                 | platform        | platform a | 0 | 0 | yes
        6.3                 | none            |            | 1 | 1 | yes
        """)
    void detachWithoutDefaultDomain(
            String kernel, String has, String asked, int firstWarnings, int secondWarnings, String forgets) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), false, callbacks(has), Set.of());
        Device device = iommu.addDevice("a");
        Group group = Group.of(device).orElseThrow();
        assertThat(group.domain().isNull())
                .as("no default domain without CONFIG_IOMMU_DMA")
                .isTrue();
        IommuDomain first = iommu.newDomain();
        assertThat(iommu.core().attaching().attachDevice(first, device)).isZero();
        iommu.forget();

        iommu.core().attaching().detachDevice(first, device);

        assertThat(String.join(", ", iommu.calls())).isEqualTo(asked == null ? "" : asked);
        assertThat(iommu.kernel().log().warnings()).isEqualTo(firstWarnings);
        assertThat(group.domain().isNull()).isEqualTo(forgets.equals("yes"));

        IommuDomain second = iommu.newDomain();
        long again = iommu.core().attaching().attachDevice(second, device);
        assertThat(again).isEqualTo(forgets.equals("yes") ? 0 : Errno.EBUSY.negative());
        iommu.core().attaching().detachDevice(forgets.equals("yes") ? second : first, device);
        assertThat(iommu.kernel().log().warnings()).isEqualTo(firstWarnings + secondWarnings);
    }

    @ParameterizedTest
    @CsvSource({"6.2", "6.2+p1", "6.2+p1..p2", "6.2+p1..p5", "6.3"})
    void withADefaultDomainNeitherCallbackIsEverAskedFor(String kernel) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, callbacks("none"), Set.of());
        Device device = iommu.addDevice("a");
        Group group = Group.of(device).orElseThrow();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        IommuDomain domain = iommu.newDomain();
        iommu.core().attaching().attachDevice(domain, device);
        iommu.core().attaching().detachDevice(domain, device);
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(iommu.kernel().log().warnings()).isZero();
    }

    @Test
    void aFailedAttachOfAGroupWithoutDomainLeavesWhoWasMovedWhereTheyAre() {
        var iommu = new FakeIommu(KernelSpec.parse("6.2"), false, callbacks("detach"), Set.of("b"));
        Device a = iommu.addDevice("a");
        iommu.addDevice("b");
        Group group = Group.of(a).orElseThrow();
        iommu.forget();
        assertThat(iommu.core().attaching().attachGroup(iommu.newDomain(), group))
                .isEqualTo(Errno.EINVAL.negative());
        assertThat(iommu.calls()).containsExactly("attach a", "attach b");
        assertThat(group.domain().isNull()).isTrue();
        assertThat(iommu.kernel().log().warnings()).isZero();
    }

    @Test
    void aDeviceOfASharedGroupCannotBeAttachedAlone() {
        var iommu = new FakeIommu(KernelSpec.parse("6.2"), false, callbacks("detach"), Set.of());
        Device a = iommu.addDevice("a");
        iommu.addDevice("b");
        assertThat(iommu.core().attaching().attachDevice(iommu.newDomain(), a)).isEqualTo(Errno.EINVAL.negative());
    }

    @ParameterizedTest
    @CsvSource({"6.2, 0", "6.2+p1..p4, 1"})
    void fromP4OnADeferredDeviceIsDetachedLikeAnyOther(String kernel, int detached) {
        Set<Callback> has = new TreeSet<>(callbacks("detach"));
        has.add(Callback.IS_ATTACH_DEFERRED);
        var iommu = new FakeIommu(KernelSpec.parse(kernel), false, has, Set.of());
        Device device = iommu.addDevice("a");
        IommuDomain domain = iommu.newDomain();
        iommu.core().attaching().attachDevice(domain, device);
        iommu.core().attaching().detachDevice(domain, device);
        assertThat(iommu.calls().stream().filter("detach a"::equals).count()).isEqualTo(detached);
    }

    @Test
    void ownersGetBlockingAndReleaseGoesBackToThePlatform() {
        var iommu = new FakeIommu(KernelSpec.parse("6.2+p1..p5"), false, callbacks("platform"), Set.of());
        Device device = iommu.addDevice("a");
        Group group = Group.of(device).orElseThrow();
        assertThat(iommu.core().ownership().useDefaultDomain(device)).isZero();
        assertThat(iommu.core().ownership().claim(group, group)).isEqualTo(Errno.EPERM.negative());
        iommu.core().ownership().unuseDefaultDomain(device);
        assertThat(iommu.core().ownership().claim(group, group)).isZero();
        assertThat(group.domain().same(group.blockingDomain())).isTrue();
        assertThat(iommu.core().ownership().useDefaultDomain(device)).isEqualTo(Errno.EBUSY.negative());
        iommu.forget();
        iommu.core().ownership().release(group);
        assertThat(iommu.calls()).containsExactly("platform a");
        assertThat(group.domain().isNull()).isTrue();
        assertThat(group.ownerCount().get()).isZero();
    }
}
