package org.iommulab.user.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where groups are attached while a user has them: default, blocking, user, blocking, default; and when they leave. */
class VfioStatesTest {
    private static final String EDU = "0000:00:05.0";
    private static final String NVME = "0000:00:08.0";
    private static final String BRIDGE = "0000:03:00.0";
    private static final String E1000 = "0000:04:01.0";
    private static final String EDU_1 = "0000:04:02.0";
    private static final List<String> SHARED = List.of(BRIDGE, E1000, EDU_1);

    private static List<String> attach(List<String> devices) {
        return devices.stream().map("attach "::concat).toList();
    }

    private static List<String> with(List<String> traces, String... more) {
        var all = new ArrayList<>(traces);
        all.addAll(List.of(more));
        return all;
    }

    private static String state(VfioRig rig, String device) {
        var group = rig.group(device);
        return group.domain().same(group.defaultDomain())
                ? "default"
                : group.domain().same(group.blockingDomain()) ? "blocking" : "user";
    }

    private static VfioRig alone(String kernel) {
        var rig = VfioRig.q35(kernel);
        rig.toVfio(EDU);
        rig.news();
        return rig;
    }

    private static VfioRig shared(String kernel) {
        var rig = VfioRig.q35(kernel);
        rig.unbind(E1000);
        rig.toVfio(EDU_1);
        rig.news();
        return rig;
    }

    @ParameterizedTest
    @CsvSource({"6.1,0", "6.2,0", "6.4,0", "6.7,0", "6.12,0", "6.1,1", "6.2+p1..p5,1", "6.7,1", "6.12,1"})
    void fourArrows(String kernel, int isShared) {
        VfioRig rig = isShared == 1 ? shared(kernel) : alone(kernel);
        String device = isShared == 1 ? EDU_1 : EDU;
        List<String> all = attach(isShared == 1 ? SHARED : List.of(EDU));
        VfioContainer container = rig.container();
        VfioGroupFile group = rig.groupFile(device);
        assertThat(rig.traces()).isEmpty();
        assertThat(state(rig, device)).isEqualTo("default");

        assertThat(group.setContainer(container)).isZero();
        assertThat(rig.traces()).isEqualTo(all);
        assertThat(state(rig, device)).isEqualTo("blocking");

        assertThat(container.setIommu(3)).isZero();
        assertThat(rig.traces()).isEqualTo(with(all, "map 0 2000", "unmap 0 2000"));
        assertThat(state(rig, device)).isEqualTo("user");

        container.map(0x100000, 0x1000, rig.vfio().pool().address(0), 3);
        rig.news();
        assertThat(group.unsetContainer()).isZero();
        assertThat(rig.traces()).isEqualTo(with(with(all, "unmap 100000 1000"), all.toArray(String[]::new)));
        assertThat(state(rig, device)).isEqualTo("default");

        assertThat(group.setContainer(container)).isZero();
        rig.news();
        group.close();
        assertThat(rig.traces()).as("without a type").isEqualTo(all);
        assertThat(state(rig, device)).isEqualTo("default");
    }

    /** What the kernel calls, of what can be watched on a real one, in its order. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6.1 | iommu_domain_alloc __iommu_domain_alloc amd_iommu_domain_alloc iommu_attach_group"
                        + " __iommu_attach_device amd_iommu_attach_device detach_device",
                "6.12 | iommu_paging_domain_alloc __iommu_domain_alloc amd_iommu_domain_alloc iommu_attach_group"
                        + " __iommu_group_set_domain_internal __iommu_device_set_domain __iommu_attach_device"
                        + " amd_iommu_attach_device"
            })
    void theCallsOfAnAttach(String kernel, String calls) {
        VfioRig rig = alone(kernel);
        VfioContainer container = rig.container();
        rig.groupFile(EDU).setContainer(container);
        rig.news();
        container.setIommu(3);
        List<String> watched = List.of(calls.split(" "));
        assertThat(rig.calls().stream().filter(watched::contains)).containsExactlyElementsOf(watched);
    }

    /** One that somebody else drives makes the group unusable; a driver that leaves DMA alone does not. */
    @Test
    void aHostDriverInTheGroup() {
        var rig = VfioRig.q35("6.12");
        rig.toVfio(EDU_1);
        VfioContainer container = rig.container();
        VfioGroupFile group = rig.groupFile(EDU_1);
        assertThat(group.status()).isEqualTo(new VfioGroupFile.Status(0, 0));
        assertThat(group.setContainer(container)).isEqualTo(Errno.EPERM.negative());
        assertThat(group.deviceFd(EDU_1).error()).isEqualTo(Errno.EINVAL.negative());
        assertThat(group.deviceFd(E1000).error()).isEqualTo(Errno.ENODEV.negative());

        rig.unbind(E1000);
        assertThat(group.status()).isEqualTo(new VfioGroupFile.Status(0, 1));
        assertThat(group.setContainer(container)).isZero();
        assertThat(group.status()).isEqualTo(new VfioGroupFile.Status(0, 3));
        assertThat(rig.bind(E1000, "e1000")).as("while a user has the group").isEqualTo(Errno.EBUSY.negative());
        assertThat(rig.toVfio(E1000)).isZero();
        assertThat(container.setIommu(3)).isZero();
        assertThat(group.deviceFd(E1000).error()).isZero();
    }

    @Test
    void bridgesAndWhatIsNoFile() {
        var rig = VfioRig.q35("6.12");
        assertThat(rig.toVfio(BRIDGE)).isEqualTo(Errno.EINVAL.negative());
        assertThat(rig.vfio().paths()).containsExactly("/dev/vfio/vfio");
        rig.toVfio(EDU);
        int number = rig.group(EDU).number();
        assertThat(rig.vfio().paths()).containsExactly("/dev/vfio/" + number, "/dev/vfio/vfio");
        rig.unbind(EDU);
        assertThat(rig.vfio().open("/dev/vfio/" + number).error()).isEqualTo(Errno.ENOENT.negative());
    }

    @ParameterizedTest
    @CsvSource({"6.1,-EINVAL", "6.2,-EBADFD", "6.12,-EBADFD"})
    void aGroupIsNoContainer(String kernel, String answer) {
        VfioRig rig = alone(kernel);
        VfioGroupFile group = rig.groupFile(EDU);
        assertThat(VfioRig.errno(group.setContainer(group))).isEqualTo(answer);
    }

    /** Its end is 0 in 64 bits: the kernel counts it as unmapped and leaves it in the tables. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void theLastPageOfAllIsForgottenWithoutBeingUnmapped(String kernel) {
        VfioRig rig = alone(kernel);
        VfioContainer container = rig.container();
        rig.groupFile(EDU).setContainer(container);
        container.setIommu(3);
        long memory = rig.vfio().pool().address(0);
        container.map(0x1000, 0x1000, memory, 3);
        container.map(-0x1000, 0x1000, memory, 3);
        rig.news();
        assertThat(container.unmap(-0x1000, 0x1000, 0)).isEqualTo(new VfioContainer.Unmapped(0, 0));
        assertThat(container.unmap(0, 0, Type1Iommu.UNMAP_ALL)).isEqualTo(new VfioContainer.Unmapped(0, 0x2000));
        assertThat(rig.traces()).containsExactly("unmap 1000 1000");
        var domain = rig.group(EDU).domain().require();
        assertThat(domain.lookUp(0x1000)).isZero();
        assertThat(domain.lookUp(-0x1000)).isEqualTo(rig.vfio().pool().physicalPage(memory));
    }

    // ---- two groups

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.7", "6.12"})
    void aSecondGroupUsesTheDomainThatThereIs(String kernel) {
        VfioRig rig = alone(kernel);
        rig.toVfio(NVME);
        VfioContainer container = rig.container();
        VfioGroupFile edu = rig.groupFile(EDU);
        VfioGroupFile nvme = rig.groupFile(NVME);
        edu.setContainer(container);
        container.setIommu(3);
        container.map(0x100000, 0x1000, rig.vfio().pool().address(0), 3);
        rig.news();

        assertThat(nvme.setContainer(container)).isZero();
        String one = "attach " + NVME;
        assertThat(rig.traces())
                .as("blocking, a new domain, blocking, the one that there is")
                .containsExactly(one, one, one, one);
        assertThat(rig.group(NVME).domain().same(rig.group(EDU).domain())).isTrue();
        assertThat(nvme.setContainer(rig.container())).isEqualTo(Errno.EINVAL.negative());

        edu.unsetContainer();
        assertThat(rig.traces()).as("the other still maps").containsExactly("attach " + EDU, "attach " + EDU);
        container.map(0x300000, 0x1000, rig.vfio().pool().address(0), 3);
        rig.news();
        nvme.close();
        assertThat(rig.traces()).containsExactly(one, "unmap 100000 1000", "unmap 300000 1000", one);
        assertThat(container.map(0, 0x1000, rig.vfio().pool().address(0), 3)).isEqualTo(Errno.EINVAL.negative());
    }

    @Test
    void theGroupThatWasAddedLastIsAttachedFirst() {
        VfioRig rig = alone("6.12");
        rig.toVfio(NVME);
        VfioContainer container = rig.container();
        rig.groupFile(EDU).setContainer(container);
        rig.groupFile(NVME).setContainer(container);
        rig.news();
        assertThat(container.setIommu(3)).isZero();
        String edu = "attach " + EDU;
        assertThat(rig.traces()).containsExactly("attach " + NVME, "map 0 2000", "unmap 0 2000", edu, edu, edu);
    }

    @Test
    void twoContainersHaveTheirOwnAddresses() {
        VfioRig rig = alone("6.1");
        rig.toVfio(NVME);
        var script = new VfioScript(rig);
        for (String line : List.of(
                "open c0 /dev/vfio/vfio",
                "open c1 /dev/vfio/vfio",
                "open g0 " + EDU,
                "open g1 " + NVME,
                "g.setc g0 c0",
                "c.setiommu c0 3",
                "g.setc g1 c1",
                "c.setiommu c1 3",
                "c.map c0 0x100000 8K 0",
                "c.map c1 0x100000 8K 0x2000")) {
            assertThat(script.run(line)).as(line).isEqualTo("0");
        }
        assertThat(script.run("g.setc g0 c1")).isEqualTo("-EINVAL");
        long one = rig.group(EDU).domain().require().lookUp(0x100000);
        long other = rig.group(NVME).domain().require().lookUp(0x100000);
        assertThat(one).isNotZero().isNotEqualTo(other);
        assertThat(other).isNotZero();
    }

    /** A domain that the driver will not attach the second group to stays the first group's alone. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.7", "6.12"})
    void aSecondDomainGetsAllMappings(String kernel) {
        VfioRig counted = twoGroupsInOne(KernelSpec.parse(kernel));
        int attaches = attachCalls(counted);
        // the last of them is the attempt with the domain that there is
        VfioRig rig = twoGroupsInOne(refusing(kernel, attaches, Errno.EINVAL));
        assertThat(rig.group(NVME).domain().same(rig.group(EDU).domain())).isFalse();
        var pool = rig.vfio().pool();
        for (String device : List.of(EDU, NVME)) {
            var domain = rig.group(device).domain().require();
            assertThat(domain.lookUp(0x100000)).as(device).isEqualTo(pool.physicalPage(pool.address(0)));
            assertThat(domain.lookUp(0x104000)).as(device).isEqualTo(pool.physicalPage(pool.address(0x4000)));
            assertThat(domain.lookUp(0x3ff000))
                    .as(device)
                    .isEqualTo(pool.physicalPage(pool.address(2 << 20)) + 0x1ff000);
            assertThat(domain.mappedPages()).isEqualTo(5 + 512);
        }
        rig.news();
        VfioContainer container = container(rig);
        assertThat(container.unmap(0x100000, 0x5000, 0)).isEqualTo(new VfioContainer.Unmapped(0, 0x5000));
        assertThat(rig.traces())
                .as("the other domain at one go, then the latest page by page")
                .startsWith("unmap 100000 5000", "unmap 100000 1000", "unmap 101000 1000");
        assertThat(container.map(0x500000, 0x1000, pool.address(0), 3)).isZero();
        assertThat(rig.traces()).containsExactly("map 500000 1000", "map 500000 1000");
    }

    private static KernelBuild refusing(String kernel, int nth, Errno errno) {
        KernelBuild build = KernelSpec.parse(kernel);
        return new KernelBuild(
                build.version(),
                build.patches(),
                build.config(),
                build.commandLine(),
                build.removed(),
                List.of(new Failure("amd", Callback.ATTACH_DEV, nth, errno)));
    }

    private static VfioRig twoGroupsInOne(KernelBuild kernel) {
        var rig = VfioRig.q35(kernel);
        rig.toVfio(EDU);
        rig.toVfio(NVME);
        VfioContainer container = rig.container();
        rig.groupFile(EDU).setContainer(container);
        container.setIommu(3);
        container.map(0x100000, 0x5000, rig.vfio().pool().address(0), 3);
        container.map(0x200000, 2 << 20, rig.vfio().pool().address(2 << 20), 3);
        rig.groupFile(NVME).setContainer(container);
        return rig;
    }

    private static int attachCalls(VfioRig rig) {
        var recording = rig.machine().finish();
        int calls = 0;
        for (int step = 1; step <= recording.length(); step++) {
            if (recording.event(step) instanceof Event.Callback c
                    && c.term().name().equals("amd_iommu_attach_device")) {
                calls++;
            }
        }
        return calls;
    }

    private static VfioContainer container(VfioRig rig) {
        return rig.vfio().groupOf(rig.group(EDU)).orElseThrow().container().require();
    }

    /** Without a way back those before the one that refuses stay blocked; later kernels take them all back. */
    @ParameterizedTest
    @CsvSource({"6.1,false", "6.2,false", "6.4,false", "6.7,true"})
    void aMemberThatCannotBeBlocked(String kernel, boolean goesBack) {
        int before = attachCalls(shared(kernel));
        var rig = VfioRig.q35(refusing(kernel, before + 2, Errno.EPERM));
        rig.unbind(E1000);
        rig.toVfio(EDU_1);
        VfioGroupFile group = rig.groupFile(EDU_1);
        VfioContainer container = rig.container();
        rig.news();
        assertThat(group.setContainer(container)).isEqualTo(Errno.EPERM.negative());
        List<String> twice = with(List.of("attach " + BRIDGE), "attach " + BRIDGE, "attach " + E1000);
        assertThat(rig.traces()).isEqualTo(goesBack ? twice : List.of("attach " + BRIDGE));
        assertThat(state(rig, EDU_1)).isEqualTo("default");
        assertThat(group.status()).isEqualTo(new VfioGroupFile.Status(0, 1));
    }
}
