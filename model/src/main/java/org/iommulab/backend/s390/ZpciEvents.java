package org.iommulab.backend.s390;

import java.util.Optional;
import java.util.Set;
import org.iommulab.backend.Site;
import org.iommulab.backend.s390.S390Layout.ErrorEvent;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.Work;
import org.iommulab.sim.Term;

/**
 * Events about a function in error, as the channel subsystem's thread fetches them (arch/s390/pci/pci_event.c). The whole
 * function stands still until it is recovered, for which its driver must have error handlers.
 */
final class ZpciEvents extends Work {
    private static final String FILE = "arch/s390/pci/pci_event.c";
    private static final Term EVENT = Term.function("zpci_event_error", FILE);
    private static final Term RECOVER = Term.function("zpci_event_attempt_error_recovery", FILE);
    private static final Term FAILURE = Term.function("zpci_event_io_failure", FILE);
    private static final Term HOT_RESET = Term.function("zpci_hot_reset_device", "arch/s390/pci/pci.c");
    private static final Term REPORTS = LogText.of("<3>zpci: %o: Event 0x3a reports an error for PCI function 0x%x");
    private static final Term PASSED_THROUGH =
            LogText.of("<6>zpci: %o: Cannot be recovered in the host because it is a pass-through device");
    private static final Term NO_DRIVER =
            LogText.of("<6>zpci: %o: Cannot be recovered because no driver is bound to the device");
    private static final Term NO_SUPPORT =
            LogText.of("<6>zpci: %o: The %o driver bound to the device does not support error recovery");
    private static final Term UNBLOCKING = LogText.of("<6>zpci: %o: Unblocking device access for examination");
    private static final Term RESETTING = LogText.of("<6>zpci: %o: Initiating reset");
    private static final Term RESET_FAILED = LogText.of("<3>zpci: %o: The reset request failed");
    private static final Term READY = LogText.of("<6>zpci: %o: The device is ready to resume operations");

    /** Drivers whose error_detected asks for a reset of a frozen function. */
    private static final Set<String> ASK_FOR_RESET = Set.of("mlx5_core", "nvme");
    /** Drivers whose error_detected wants to go on without one. */
    private static final Set<String> GO_ON = Set.of("vfio-pci");

    private final Site site;
    private final Kernel kernel;
    private final Zdev zdev;
    private final S390Instructions function;
    private final ZpciDma platform;

    ZpciEvents(Site site, Zdev zdev, S390Instructions function, ZpciDma platform) {
        super(site.kernel().machine());
        this.site = site;
        this.kernel = site.kernel();
        this.zdev = zdev;
        this.function = function;
        this.platform = platform;
    }

    @Override
    public String label() {
        return "event of " + zdev.label();
    }

    @Override
    public void doWork() {
        Optional<ErrorEvent> event = function.storeEvent();
        Optional<Device> found = site.bus().devices().toList().stream()
                .filter(device -> device.label().equals(zdev.properties().device()))
                .findFirst();
        if (event.isPresent() && found.isPresent()) {
            kernel.driverRun(EVENT, zdev, () -> handle(event.get(), found.get()));
        }
    }

    private void handle(ErrorEvent event, Device device) {
        kernel.log().line(REPORTS, kernel, device.id(), event.fid());
        var recovered = new boolean[1];
        kernel.driverRun(
                RECOVER, zdev, () -> recovered[0] = !zdev.permanentFailure().get() && recover(device));
        if (!recovered[0]) {
            kernel.driverRun(FAILURE, zdev, () -> zdev.permanentFailure().set(true));
        }
    }

    private void say(Term line, Device device) {
        kernel.log().line(line, kernel, device.id(), 0);
    }

    private boolean recover(Device device) {
        // from v6.7 on every function has a domain, and only a guest of KVM counts, which the lab does not have
        if (!kernel.since(Version.V6_7) && !zdev.domain().isNull()) {
            say(PASSED_THROUGH, device);
            return false;
        }
        if (device.driver().isNull()) {
            say(NO_DRIVER, device);
            return false;
        }
        String driver = device.driverName().orElse("");
        if (GO_ON.contains(driver)) {
            say(UNBLOCKING, device);
            zdev.unblock();
            zdev.clearError();
        } else if (!ASK_FOR_RESET.contains(driver)) {
            kernel.log().line(NO_SUPPORT, kernel, device.id(), device.driver().id());
            return false;
        } else {
            say(RESETTING, device);
            if (kernel.driverCall(HOT_RESET, zdev, this::hotReset) != 0) {
                say(RESET_FAILED, device);
                return false;
            }
        }
        say(READY, device);
        return true;
    }

    /** zpci_hot_reset_device: off, on, and what was anchored is anchored again. */
    private long hotReset() {
        zdev.disable();
        zdev.enable();
        Optional<S390Table> table = zdev.dmaTable().get();
        long error = 0;
        if (table.isPresent()) {
            error = zdev.register(table.get()).cc();
        } else if (!kernel.since(Version.V6_7)) {
            error = platform.init(zdev);
        }
        if (error != 0) {
            zdev.disable();
        }
        return error;
    }
}
