package org.iommulab.backend.s390;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.iommulab.bus.DriverName;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.DmaBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a function in error. */
class ZpciEventsTest {
    private static final String REPORT = "Event 0x3a reports an error";
    private static final long NOWHERE = 0x1000;

    private static void err(Lpar lpar, String device) {
        assertThat(lpar.reaches(device, NOWHERE)).isFalse();
        lpar.world.kernel().work().drain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.7", "6.12"})
    void aDriverWithHandlersHasItReset(String kernel) {
        Lpar lpar = Lpar.booted(kernel);
        DmaBuffer buffer = lpar.allocate(Lpar.NIC);
        int before = lpar.steps();
        err(lpar, Lpar.NIC);
        assertThat(lpar.instructions(before)).isEqualTo("CLP disable CLP enable REG_IOAT");
        assertThat(lpar.said(REPORT)).isEqualTo(1);
        assertThat(lpar.said("Initiating reset")).isEqualTo(1);
        assertThat(lpar.said("ready to resume")).isEqualTo(1);
        assertThat(lpar.reaches(Lpar.NIC, buffer.address()))
                .as("the table is the same")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.7", "6.12"})
    void aDriverWithoutThemLosesIt(String kernel) {
        Lpar lpar = Lpar.booted(kernel);
        DmaBuffer buffer = lpar.allocate(Lpar.ISM);
        int before = lpar.steps();
        err(lpar, Lpar.ISM);
        assertThat(lpar.instructions(before)).isEmpty();
        assertThat(lpar.said("does not support error recovery")).isEqualTo(1);
        assertThat(lpar.reaches(Lpar.ISM, buffer.address())).isFalse();
        lpar.world.kernel().work().drain();
        assertThat(lpar.said(REPORT)).as("no second event").isEqualTo(1);
        assertThat(lpar.reaches(Lpar.NIC, lpar.allocate(Lpar.NIC).address()))
                .as("others go on")
                .isTrue();
    }

    // kernel | driver | what is said
    @ParameterizedTest
    @CsvSource({
        "6.2, none, because no driver is bound",
        "6.12, none, because no driver is bound",
        "6.2, vfio-pci, Unblocking device access",
        "6.12, vfio-pci, Unblocking device access"
    })
    void whoDecides(String kernel, String driver, String text) {
        Lpar lpar = Lpar.booted(kernel);
        lpar.world.bus().unbind(lpar.device(Lpar.NIC));
        if (!driver.equals("none")) {
            bindVfio(lpar);
        }
        int before = lpar.steps();
        err(lpar, Lpar.NIC);
        assertThat(lpar.said(text)).isEqualTo(1);
        assertThat(lpar.instructions(before)).isEqualTo(driver.equals("none") ? "" : "RESET_BLOCK RESET_ERROR");
        assertThat(lpar.unit(Lpar.NIC).fault().isEmpty()).isEqualTo(!driver.equals("none"));
    }

    private static void bindVfio(Lpar lpar) {
        var vfio = Objects.requireNonNull(lpar.world.drivers().get("vfio-pci"));
        lpar.world.bus().register(vfio);
        lpar.device(Lpar.NIC).driverOverride().set(new DriverName(vfio.machine(), vfio.name()));
        assertThat(lpar.world.bus().bind(vfio, lpar.device(Lpar.NIC))).isZero();
    }

    // kernel | whether the host tries
    @ParameterizedTest
    @CsvSource({"6.1, false", "6.2, false", "6.4, false", "6.7, true", "6.12, true"})
    void aFunctionInAUsersDomain(String kernel, boolean tries) {
        Lpar lpar = Lpar.booted(kernel);
        lpar.world.bus().unbind(lpar.device(Lpar.NIC));
        bindVfio(lpar);
        IommuDomain domain = lpar.newDomain();
        lpar.attach(Lpar.NIC, domain);
        lpar.map(domain, Lpar.IOVA, 4096, Lpar.RW);
        err(lpar, Lpar.NIC);
        assertThat(lpar.said("because it is a pass-through device")).isEqualTo(tries ? 0 : 1);
        assertThat(lpar.reaches(Lpar.NIC, Lpar.IOVA)).isEqualTo(tries);
    }

    /** From v6.2 on a function in error can be attached; its reset anchors the table. */
    @Test
    void whatWasAttachedInErrorIsAnchoredByTheReset() {
        Lpar lpar = Lpar.booted("6.7");
        assertThat(lpar.reaches(Lpar.NIC, NOWHERE)).isFalse();
        IommuDomain domain = lpar.newDomain();
        assertThat(lpar.attach(Lpar.NIC, domain)).isZero();
        lpar.map(domain, Lpar.IOVA, 4096, Lpar.RW);
        assertThat(lpar.unit(Lpar.NIC).translating()).isFalse();
        lpar.world.kernel().work().drain();
        assertThat(lpar.reaches(Lpar.NIC, Lpar.IOVA)).isTrue();
    }

    /** After a hand-back in error there is no table; the reset makes one. */
    @Test
    void theResetMakesThePlatformsTableWhereThereIsNone() {
        Lpar lpar = Lpar.booted("6.3");
        IommuDomain domain = lpar.newDomain();
        lpar.attach(Lpar.NIC, domain);
        assertThat(lpar.reaches(Lpar.NIC, NOWHERE)).isFalse();
        lpar.detach(Lpar.NIC, domain);
        assertThat(lpar.unit(Lpar.NIC).translating()).isFalse();
        lpar.world.kernel().work().drain();
        assertThat(lpar.reaches(Lpar.NIC, lpar.allocate(Lpar.NIC).address())).isTrue();
    }

    @Test
    void aFunctionThatWasGivenUpIsANewDeviceAfterAScan() {
        Lpar lpar = Lpar.booted("6.2");
        err(lpar, Lpar.ISM);
        lpar.world.bus().remove(lpar.device(Lpar.ISM));
        lpar.world.bus().add(lpar.device(Lpar.ISM));
        assertThat(lpar.reaches(Lpar.ISM, Lpar.FIRST))
                .as("firmware still has it in error")
                .isFalse();
        lpar.unit(Lpar.ISM).disable();
        lpar.unit(Lpar.ISM).enable();
        err(lpar, Lpar.ISM);
        assertThat(lpar.said("does not support error recovery"))
                .as("asked again")
                .isEqualTo(2);
    }
}
