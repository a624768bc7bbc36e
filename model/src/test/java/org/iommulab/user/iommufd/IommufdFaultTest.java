package org.iommulab.user.iommufd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.core.AttachHandle;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.PageRequest;
import org.iommulab.core.PageRequest.Response;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Page requests on their way to a program, and its answers on their way back. */
class IommufdFaultTest {
    private final FakeIommu iommu = new FakeIommu(
            KernelSpec.parse("6.12"), true, EnumSet.of(Callback.ATTACH_DEV, Callback.PAGE_RESPONSE), Set.of());
    private final Device device = iommu.addDevice("a");
    private final IommufdCtx ctx = new Iommufd(iommu.kernel(), iommu.core(), new NoMemory())
            .open()
            .file()
            .orElseThrow();
    private final IommufdFault fault = ctx.fault((int) ctx.allocFault()).orElseThrow();
    private final AttachHandle handle = new AttachHandle(iommu.kernel().machine());

    private static final class NoMemory implements UserPages {
        @Override
        public long pageBytes() {
            return 4096;
        }

        @Override
        public boolean has(long address) {
            return false;
        }

        @Override
        public long physicalPage(long address) {
            return 0;
        }
    }

    @BeforeEach
    void attach() {
        IommuDomain domain = iommu.newDomain();
        domain.setFaultHandler(fault.handler());
        iommu.core().pageFaults().addDevice(device);
        iommu.core().attaching().attachGroupHandle(domain, Group.of(device).orElseThrow(), handle);
        iommu.forget();
    }

    private void report(int group, int requests) {
        for (int i = 1; i <= requests; i++) {
            iommu.core()
                    .pageFaults()
                    .report(
                            device,
                            new PageRequest(OptionalInt.empty(), group, i * 0x1000L, true, false, i == requests));
        }
    }

    @Test
    void whatIsReadIsAnsweredByItsCookie() {
        report(5, 1);
        report(6, 2);
        assertThat(fault.read(2))
                .extracting(message -> message.request().group())
                .containsExactly(5);
        assertThat(fault.read(2)).extracting(IommufdFault.Message::cookie).containsExactly(2L, 2L);
        assertThat(fault.answer(2, Response.SUCCESS)).isZero();
        assertThat(fault.answer(2, Response.SUCCESS)).isEqualTo(Errno.EINVAL.negative());
        assertThat(fault.answer(1, Response.FAILURE)).isEqualTo(Errno.EINVAL.negative());
        assertThat(fault.answer(1, Response.INVALID)).isZero();
        assertThat(iommu.calls()).containsExactly("SUCCESS a 6", "INVALID a 5");
    }

    @Test
    void whatNobodyWillAnswerIsInvalid() {
        report(5, 1);
        fault.read(1);
        report(6, 1);
        fault.forget(new AttachHandle(iommu.kernel().machine()));
        assertThat(iommu.calls()).isEmpty();
        fault.forget(handle);
        assertThat(iommu.calls()).containsExactly("INVALID a 6", "INVALID a 5");
    }

    @Test
    void theQueueLivesAsLongAsItsFile() {
        report(5, 1);
        assertThat(ctx.destroy(fault.number())).isEqualTo(Errno.EBUSY.negative());
        assertThat(fault.close()).isZero();
        assertThat(fault.close()).isEqualTo(Errno.EBADF.negative());
        assertThat(ctx.destroy(fault.number())).isZero();
        assertThat(iommu.calls()).containsExactly("INVALID a 5");
    }
}
