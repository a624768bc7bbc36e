package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which default domain a device gets from v6.7 on, and that without one it is not probed. */
class MandatoryDefaultTest {
    private static Set<Callback> callbacks(String names) {
        var set = EnumSet.of(Callback.ATTACH_DEV, Callback.RELEASE_DEVICE);
        Arrays.stream(names.split("\\+"))
                .filter(name -> !name.equals("-"))
                .forEach(name -> set.add(Callback.named(name).orElseThrow()));
        return set;
    }

    private static KernelBuild build(String kernel, String platform) {
        boolean arm32 = platform.startsWith("arm32");
        return KernelSpec.parse(kernel)
                .withConfig(Map.of("ARM", arm32, "ARM_DMA_USE_IOMMU", platform.equals("arm32")))
                .withCommandLine(platform.endsWith("pt") ? "iommu.passthrough=1" : "");
    }

    // kernel | platform | the driver has | device's probe | type of the default domain | asked of the driver
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.4  | arm32     | -                               |   0 |          |
        6.7  | arm32     | identity_domain                 |   0 | IDENTITY | identity a
        6.7  | arm32     | -                               | -12 |          |
        6.12 | arm32     | identity_domain                 |   0 | IDENTITY | identity a
        6.7  | arm32 bare| identity_domain                 |   0 | IDENTITY | identity a
        6.7  | arm64     | identity_domain                 |   0 | DMA      | attach a
        6.12 | arm64     | domain_alloc_paging             |   0 | DMA      | attach a
        6.7  | arm64 pt  | identity_domain                 |   0 | IDENTITY | identity a
        6.7  | arm64 pt  | -                               |   0 | DMA      | attach a
        """)
    void theTypeIsChosen(String kernel, String platform, String has, long result, String type, String asked) {
        var iommu = new FakeIommu(build(kernel, platform), platform.startsWith("arm64"), callbacks(has), Set.of());
        Device device = iommu.newDevice("a");
        assertThat(iommu.core().probing().probeDevice(device)).isEqualTo(result);
        assertThat(Group.of(device)
                        .flatMap(group -> group.defaultDomain().get())
                        .map(domain -> domain.type().name())
                        .orElse(""))
                .isEqualTo(type == null ? "" : type);
        if (asked != null) {
            assertThat(iommu.calls()).containsExactly(asked);
        }
        assertThat(Group.of(device).isPresent()).isEqualTo(result == 0);
    }

    @Test
    void withoutAnyWayToMakeIdentityTheErrorIsAnother() {
        KernelBuild build = build("6.7", "arm32").without(List.of(new Removal("fake", Callback.DOMAIN_ALLOC)));
        var iommu = new FakeIommu(build, false, callbacks("domain_alloc_paging"), Set.of());
        Device device = iommu.newDevice("a");
        assertThat(iommu.core().probing().probeDevice(device)).isEqualTo(Errno.EOPNOTSUPP.negative());
        assertThat(Group.of(device)).isEmpty();
        assertThat(DevIommu.find(device)).isEmpty();
        assertThat(iommu.core().probing().groupList()).isEmpty();
        assertThat(iommu.calls()).containsExactly("release a");
        assertThat(iommu.kernel().log().warnings()).isZero();
    }

    @Test
    void aStaticDefaultDomainIsTakenAsItIs() {
        var iommu = new FakeIommu(KernelSpec.parse("6.7"), false, callbacks("default_domain"), Set.of());
        Group group = Group.of(iommu.addDevice("a")).orElseThrow();
        assertThat(group.defaultDomain().require().type()).isEqualTo(DomainType.PLATFORM);
        assertThat(iommu.calls()).containsExactly("default a");
    }

    @ParameterizedTest
    @CsvSource({"default_domain", "-"})
    void withoutItNothingFitsAPlatformWithoutIommuDma(String has) {
        KernelBuild build = KernelSpec.parse("6.7").without(List.of(new Removal("fake", Callback.DEFAULT_DOMAIN)));
        var iommu = new FakeIommu(build, false, callbacks(has), Set.of());
        assertThat(iommu.core().probing().probeDevice(iommu.newDevice("a"))).isEqualTo(Errno.ENOMEM.negative());
    }

    @Test
    void aDriverThatWantsDmaWhereThereIsNoneIsWarnedAbout() {
        var iommu = new FakeIommu(KernelSpec.parse("6.7"), false, callbacks("def_domain_type"), Set.of());
        assertThat(iommu.core().probing().probeDevice(iommu.newDevice("d"))).isEqualTo(Errno.EINVAL.negative());
        assertThat(iommu.kernel().log().warnings()).isEqualTo(1);
    }

    @Test
    void identityWinsWhereDevicesOfAGroupDisagree() {
        var iommu =
                new FakeIommu(KernelSpec.parse("6.7"), true, callbacks("def_domain_type+identity_domain"), Set.of());
        Device first = iommu.newDevice("d");
        assertThat(iommu.walk(first, iommu.newDevice("x"), iommu.newDevice("i")))
                .isZero();
        Group group = Group.of(first).orElseThrow();
        assertThat(group.defaultDomain().require().type()).isEqualTo(DomainType.IDENTITY);
        assertThat(iommu.calls()).containsExactly("identity d", "identity x", "identity i");
        assertThat(iommu.seen())
                .contains("log IOMMU driver error, requesting conflicting def_domain_type, Translated and Passthrough,"
                        + " for devices in group %d.");
    }

    @Test
    void aTypeThatADriverWantsIsNotReplacedByAnother() {
        var iommu = new FakeIommu(KernelSpec.parse("6.7"), true, callbacks("def_domain_type"), Set.of());
        assertThat(iommu.core().probing().probeDevice(iommu.newDevice("i"))).isEqualTo(Errno.ENOMEM.negative());
    }

    // v6.4 fails silently in its own way; v6.7 warns in the set-up, releases the device and forgets the group
    @ParameterizedTest
    @CsvSource({"6.4, 0", "6.7, 1", "6.12, 1"})
    void withoutAttachDevNothingIsProbed(String kernel, int warnings) {
        KernelBuild build = KernelSpec.parse(kernel).without(List.of(new Removal("fake", Callback.ATTACH_DEV)));
        var iommu = new FakeIommu(build, true, callbacks("-"), Set.of());
        Device device = iommu.newDevice("a");
        assertThat(iommu.core().probing().probeDevice(device)).isEqualTo(Errno.ENODEV.negative());
        assertThat(Group.of(device)).isEmpty();
        assertThat(iommu.calls()).containsExactly("release a", "free");
        assertThat(iommu.kernel().log().warnings()).isEqualTo(warnings);
    }

    @ParameterizedTest
    @CsvSource({"6.4", "6.7"})
    void aWalkThatFailsUndoesTheRegistration(String kernel) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, callbacks("-"), Set.of("a"));
        int before = iommu.core().probing().instances().size();
        assertThat(iommu.walk(iommu.newDevice("a"))).isEqualTo(Errno.EINVAL.negative());
        assertThat(iommu.core().probing().instances().size()).isEqualTo(before);
    }

    // core.md 2.4: the old path attaches before it says so, and once more afterwards
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.4  | trace attach_device_to_domain, trace add_device_to_group, log Adding to iommu group %d, trace attach_device_to_domain
        6.7  | trace add_device_to_group, log Adding to iommu group %d, trace attach_device_to_domain
        6.12 | trace add_device_to_group, log Adding to iommu group %d, trace attach_device_to_domain
        """)
    void joiningAGroupThatHasADomain(String kernel, String expected) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, callbacks("-"), Set.of());
        iommu.addDevice("a");
        iommu.addDevice("b");
        List<String> seen =
                iommu.seen().stream().filter(line -> !line.startsWith("fake_")).toList();
        assertThat(String.join(", ", seen)).endsWith(expected).doesNotContain("warn");
        assertThat(seen.stream().filter("trace attach_device_to_domain"::equals))
                .hasSize(kernel.equals("6.4") ? 3 : 2);
    }

    // hotplug into a group that somebody attached: the old path puts the newcomer on the wrong domain (fixed in v6.5)
    @ParameterizedTest
    @CsvSource({"6.4, 2", "6.7, 1"})
    void aNewcomerGetsTheGroupsDomain(String kernel, int attaches) {
        var iommu = new FakeIommu(KernelSpec.parse(kernel), true, callbacks("-"), Set.of());
        Group group = Group.of(iommu.addDevice("a")).orElseThrow();
        iommu.core().attaching().attachGroup(iommu.newDomain(), group);
        iommu.forget();
        iommu.addDevice("b");
        assertThat(iommu.calls()).hasSize(attaches).allMatch("attach b"::equals);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        blocked_domain | blocked a
        -              | attach a
        """)
    void anOwnerGetsTheStaticBlockedDomainOrAnEmptyOne(String has, String asked) {
        var iommu = new FakeIommu(KernelSpec.parse("6.7"), true, callbacks(has), Set.of());
        Group group = Group.of(iommu.addDevice("a")).orElseThrow();
        iommu.forget();
        assertThat(iommu.core().ownership().claim(group, group)).isZero();
        assertThat(iommu.calls()).containsExactly(asked);
        assertThat(group.domain().same(group.blockingDomain())).isTrue();
        iommu.forget();
        iommu.core().ownership().release(group);
        assertThat(iommu.calls()).containsExactly("attach a");
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
    }
}
