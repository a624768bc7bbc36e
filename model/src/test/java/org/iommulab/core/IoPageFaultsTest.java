package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.sim.SimObject;
import org.iommulab.testkit.FakeIommu;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a device's page request is led to, and what the device hears. */
class IoPageFaultsTest {
    private static final long LATER = 1;
    private static final long NOBODY = Errno.EINVAL.negative();

    private final FakeIommu iommu = new FakeIommu(
            KernelSpec.parse("6.12"),
            true,
            EnumSet.of(Callback.ATTACH_DEV, Callback.SET_DEV_PASID, Callback.PAGE_RESPONSE),
            Set.of());
    private final Device device = iommu.addDevice("a");
    private final IoPageFaults faults = iommu.core().pageFaults();

    /** Answers by what its domain is for. */
    private static final class Handler extends SimObject implements FaultGroup.Handler {
        private final long result;

        Handler(FakeIommu iommu, long result) {
            super(iommu.kernel().machine());
            this.result = result;
        }

        @Override
        public String label() {
            return "handler";
        }

        @Override
        public void work(FaultGroup group) {
            group.respond(PageRequest.Response.SUCCESS);
        }

        @Override
        public long handle(FaultGroup group) {
            if (result == LATER) {
                group.queue();
                return 0;
            }
            if (result == 0) {
                group.respond(
                        group.requests().size() == 1 ? PageRequest.Response.SUCCESS : PageRequest.Response.INVALID);
            }
            return result;
        }
    }

    @BeforeEach
    void pasids() {
        DevIommu.find(device).orElseThrow().maxPasids().set(16);
    }

    private static PageRequest request(int pasid, int group, boolean last) {
        return new PageRequest(
                pasid == 0 ? OptionalInt.empty() : OptionalInt.of(pasid), group, 0x1000, true, false, last);
    }

    private void attach(int pasid, long result) {
        IommuDomain domain = iommu.newDomain();
        domain.setFaultHandler(new Handler(iommu, result));
        iommu.core().pasids().attach(domain, device, pasid);
    }

    // PASID 1: takes it; 2: a handler that fails; 3: a domain without a handler; 4: nothing; none: the DMA API's domain
    @ParameterizedTest
    @CsvSource({
        "1, 0, SUCCESS a 7",
        "2, 0, FAILURE a 7",
        "3, -22, INVALID a 7",
        "4, -22, INVALID a 7",
        "0, -22, INVALID a 7"
    })
    void theAttachmentUnderThePasidAnswers(int pasid, long result, String answer) {
        faults.addDevice(device);
        attach(1, 0);
        attach(2, Errno.EBUSY.negative());
        iommu.core().pasids().attach(iommu.newDomain(), device, 3);
        iommu.forget();

        assertThat(faults.report(device, request(pasid, 7, true))).isEqualTo(result);

        assertThat(iommu.calls()).containsExactly(answer);
    }

    @Test
    void aGroupIsHandledWhenItsLastRequestHasCome() {
        faults.addDevice(device);
        attach(1, 0);
        iommu.forget();
        assertThat(faults.report(device, request(1, 7, false))).isZero();
        assertThat(faults.report(device, request(1, 8, true))).isZero();
        assertThat(iommu.calls()).containsExactly("SUCCESS a 8");
        faults.report(device, request(1, 7, true));
        assertThat(iommu.calls()).containsExactly("SUCCESS a 8", "INVALID a 7");
    }

    @Test
    void aHandlerForADeviceThatNobodyListensToIsABug() {
        attach(1, 0);
        iommu.forget();
        assertThat(faults.report(device, request(1, 7, true))).isEqualTo(NOBODY);
        assertThat(iommu.calls()).containsExactly("INVALID a 7");
        assertThat(iommu.seen()).contains("warn iommu_report_device_fault");
    }

    @Test
    void whoIsListenedToOnceIsEnough() {
        assertThat(faults.addDevice(device)).isZero();
        assertThat(faults.addDevice(device)).isEqualTo(Errno.EBUSY.negative());
        faults.removeDevice(device);
        assertThat(faults.addDevice(device)).isZero();
    }

    @Test
    void whatWaitsWhenNobodyListensAnyMoreHasOneAnswer() {
        faults.addDevice(device);
        attach(1, LATER);
        faults.report(device, request(1, 7, true));
        faults.report(device, request(1, 8, true));
        iommu.forget();
        faults.removeDevice(device);
        iommu.kernel().work().drain();
        assertThat(iommu.calls()).containsExactly("INVALID a 8", "INVALID a 7");
    }
}
