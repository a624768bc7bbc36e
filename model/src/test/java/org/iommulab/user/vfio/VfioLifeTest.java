package org.iommulab.user.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who holds whom: files closed in any order, drivers that want a device back, and what is left then. */
class VfioLifeTest {
    private static final String EDU = "0000:00:05.0";

    private static VfioRig inUse(String kernel) {
        var rig = VfioRig.q35(kernel);
        rig.toVfio(EDU);
        return rig;
    }

    /** The group leaves with its last holder, whichever that is; only then is something attached or unmapped. */
    @ParameterizedTest
    @CsvSource({"d0 g0 c0,g0", "d0 c0 g0,g0", "c0 d0 g0,g0", "c0 g0 d0,d0", "g0 d0 c0,d0", "g0 c0 d0,d0"})
    void filesAreClosedInAnyOrder(String order, String last) {
        VfioRig rig = inUse("6.12");
        var script = new VfioScript(rig);
        for (String line : List.of(
                "open c0 /dev/vfio/vfio",
                "open g0 " + EDU,
                "g.setc g0 c0",
                "c.setiommu c0 3",
                "c.map c0 0x100000 64K 0",
                "d.get d0 g0 " + EDU)) {
            assertThat(script.run(line)).as(line).isEqualTo("0");
        }
        rig.news();
        for (String file : order.split(" ")) {
            assertThat(script.run("close " + file)).isEqualTo("0");
            List<String> traces = rig.traces();
            if (!file.equals(last)) {
                assertThat(traces).as("close of %s", file).isEmpty();
                continue;
            }
            assertThat(traces).startsWith("attach " + EDU, "unmap 100000 1000").endsWith("attach " + EDU);
            assertThat(rig.vfio().open("/dev/vfio/" + rig.group(EDU).number()).error())
                    .isZero();
        }
    }

    @Test
    void aGroupFileIsOpenAsLongAsADeviceFileIs() {
        VfioRig rig = inUse("6.1");
        VfioContainer container = rig.container();
        VfioGroupFile group = rig.groupFile(EDU);
        group.setContainer(container);
        container.setIommu(1);
        VfioDeviceFile first = VfioRig.deviceFile(group, EDU);
        VfioDeviceFile second = VfioRig.deviceFile(group, EDU);
        group.close();
        String path = "/dev/vfio/" + rig.group(EDU).number();
        first.close();
        assertThat(rig.vfio().open(path).error()).isEqualTo(Errno.EBUSY.negative());
        second.close();
        assertThat(rig.vfio().open(path).error()).isZero();
        assertThat(List.of(
                        group.status().error(), group.setContainer(container), group.unsetContainer(), first.reset()))
                .as("calls on closed files")
                .allMatch(answer -> answer.longValue() == Errno.EBADF.negative());
    }

    @Test
    void aContainerWithoutGroupsIsAsNew() {
        VfioRig rig = inUse("6.12");
        VfioContainer container = rig.container();
        VfioGroupFile group = rig.groupFile(EDU);
        group.setContainer(container);
        container.setIommu(3);
        group.unsetContainer();
        assertThat(container.setIommu(3)).isEqualTo(Errno.EINVAL.negative());
        assertThat(container.info().error()).isEqualTo(Errno.EINVAL.negative());
        group.setContainer(container);
        assertThat(container.setIommu(1)).isZero();
    }

    // ---- drivers

    /** The last vfio device takes its group out of the container; the file that is still open has no group any more. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void theDriverIsUnboundWhileTheGroupIsInUse(String kernel) {
        VfioRig rig = inUse(kernel);
        VfioContainer container = rig.container();
        VfioGroupFile group = rig.groupFile(EDU);
        group.setContainer(container);
        container.setIommu(3);
        rig.news();
        rig.unbind(EDU);
        assertThat(rig.traces()).containsExactly("attach " + EDU, "attach " + EDU);
        assertThat(group.status().error()).isEqualTo(Errno.ENODEV.negative());
        assertThat(group.setContainer(container)).isEqualTo(Errno.ENODEV.negative());
        assertThat(group.unsetContainer()).isEqualTo(Errno.EINVAL.negative());
        assertThat(group.deviceFd(EDU).error()).isEqualTo(Errno.ENODEV.negative());

        rig.toVfio(EDU);
        assertThat(group.status().error()).as("a new group, not this file's").isEqualTo(Errno.ENODEV.negative());
        assertThat(rig.groupFile(EDU).status()).isEqualTo(new VfioGroupFile.Status(0, 1));
        assertThat(group.close()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"false,2", "true,2"})
    void unbindingWaitsForTheUser(boolean removed, int files) {
        VfioRig rig = inUse("6.12");
        VfioContainer container = rig.container();
        VfioGroupFile group = rig.groupFile(EDU);
        group.setContainer(container);
        container.setIommu(3);
        var open = List.of(VfioRig.deviceFile(group, EDU), VfioRig.deviceFile(group, EDU));
        assertThat(open).hasSize(files);
        rig.news();
        if (removed) {
            rig.world().bus().remove(rig.device(EDU));
        } else {
            rig.unbind(EDU);
        }
        assertThat(rig.device(EDU).driverName()).as("until the user is done").contains("vfio-pci");
        assertThat(rig.device(EDU).unbinding().get()).isTrue();
        assertThat(rig.device(EDU).present().get()).isTrue();
        assertThat(rig.news().stream()
                        .filter(Event.Log.class::isInstance)
                        .map(e -> e.term().name()))
                .containsExactly("<4>No device request channel registered, blocked until released by user");
        open.getFirst().close();
        assertThat(rig.device(EDU).unbinding().get()).isTrue();
        open.getLast().close();
        assertThat(rig.device(EDU).driverName()).isEmpty();
        assertThat(rig.device(EDU).unbinding().get()).isFalse();
        assertThat(rig.device(EDU).present().get()).isEqualTo(!removed);
        assertThat(group.status().error()).isEqualTo(Errno.ENODEV.negative());
        assertThat(rig.traces()).startsWith("attach " + EDU, "attach " + EDU);
    }

    // ---- limits and what an administrator decides

    private static VfioRig inUse(String kernel, String commandLine) {
        VfioRig rig = VfioRig.q35(KernelSpec.parse(kernel).withCommandLine(commandLine));
        rig.toVfio(EDU);
        return rig;
    }

    @Test
    void aContainerHasSoManyMappings() {
        VfioRig rig = inUse("6.12", "vfio_iommu_type1.dma_entry_limit=2");
        VfioContainer container = rig.container();
        rig.groupFile(EDU).setContainer(container);
        container.setIommu(3);
        long memory = rig.vfio().pool().address(0);
        assertThat(container.map(0x1000, 0x1000, memory, 3)).isZero();
        assertThat(container.map(0x2000, 0x1000, memory, 3)).isZero();
        assertThat(container.map(0x2000, 0x1000, memory, 3)).isEqualTo(Errno.EEXIST.negative());
        assertThat(container.map(0xfee0_0000L, 0x1000, memory, 3)).isEqualTo(Errno.ENOSPC.negative());
        container.unmap(0x1000, 0x1000, 0);
        assertThat(container.map(0xfee0_0000L, 0x1000, memory, 3)).isEqualTo(Errno.EINVAL.negative());
        assertThat(container.map(0x3000, 0x1000, memory, 3)).isZero();
    }

    /** Refused after it was attached: for a moment the group is on the user's domain. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.12"})
    void interruptsThatAreNotIsolated(String kernel) {
        VfioRig rig = inUse(kernel);
        rig.world().core().msi().setRemapped(false);
        VfioContainer container = rig.container();
        rig.groupFile(EDU).setContainer(container);
        rig.news();
        assertThat(container.setIommu(3)).isEqualTo(Errno.EPERM.negative());
        List<Event> news = rig.news();
        assertThat(news.stream()
                        .filter(Event.Log.class::isInstance)
                        .map(e -> e.term().name()))
                .containsExactly("<4>vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module"
                        + " param \"allow_unsafe_interrupts\" to enable VFIO IOMMU support on this platform");
        assertThat(news.stream()
                        .filter(Event.Tracepoint.class::isInstance)
                        .map(e -> e.term().name()))
                .containsExactly("attach_device_to_domain", "attach_device_to_domain");

        VfioRig brave = inUse(kernel, "vfio_iommu_type1.allow_unsafe_interrupts=1");
        brave.world().core().msi().setRemapped(false);
        VfioContainer other = brave.container();
        brave.groupFile(EDU).setContainer(other);
        assertThat(other.setIommu(3)).isZero();
    }

    // ---- travelling

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void aRunIsRewoundAndReplayed(String kernel) {
        VfioRig rig = inUse(kernel);
        var script = new VfioScript(rig);
        for (String line : List.of(
                "open c0 /dev/vfio/vfio",
                "open g0 " + EDU,
                "g.setc g0 c0",
                "c.setiommu c0 3",
                "c.map c0 0x100000 64K 0",
                "c.map c0 0x400000 2M 2M",
                "c.map c0 0x800000 8M 4K",
                "d.get d0 g0 " + EDU,
                "c.unmap c0 0x100000 64K",
                "close g0",
                "close d0",
                "close c0")) {
            script.run(line);
        }
        var recording = rig.machine().finish();
        var cursor = new Cursor(recording);
        rig.machine().keepDigest();
        long end = rig.machine().digest();
        cursor.first();
        long[] digests = new long[recording.length() + 1];
        for (int step = 0; step < digests.length; step++) {
            cursor.go(step);
            digests[step] = rig.machine().digest();
        }
        assertThat(digests[recording.length()]).isEqualTo(end);
        for (int step = recording.length(); step >= 0; step--) {
            cursor.go(step);
            assertThat(rig.machine().digest()).as("step %d", step).isEqualTo(digests[step]);
        }
        cursor.go(recording.length() / 2);
        assertThat(rig.vfio().paths()).isNotEmpty();
    }
}
