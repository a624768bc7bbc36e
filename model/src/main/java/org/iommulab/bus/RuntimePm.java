package org.iommulab.bus;

import java.util.Optional;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Work;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Runtime power management of one device, as far as it changes what an IOMMU sees: a usage count, suppliers that are
 * resumed first, and a suspend that runs later, from a work queue (drivers/base/power/runtime.c).
 */
public final class RuntimePm {
    private static final String RUNTIME_C = "drivers/base/power/runtime.c";
    private static final Term RESUME = Term.function("rpm_resume", RUNTIME_C);
    private static final Term SUSPEND = Term.function("rpm_suspend", RUNTIME_C);
    private static final Term GET_SUPPLIERS = Term.function("pm_runtime_get_suppliers", RUNTIME_C);
    private static final Term PUT_SUPPLIERS = Term.function("pm_runtime_put_suppliers", RUNTIME_C);

    private final Device device;
    private final LongCell usage;
    private final FlagCell active;
    private final FlagCell enabled;
    private final RefCell<SimObject> callbacks;
    private final RefCell<Work> idle;

    RuntimePm(Device device) {
        this.device = device;
        usage = new LongCell(device, Lane.CORE, Term.count("power.usage_count"));
        active = new FlagCell(device, Lane.CORE, Term.flag("power.active"));
        enabled = new FlagCell(device, Lane.CORE, Term.flag("power.enabled"));
        callbacks = new RefCell<>(device, Lane.CORE, Term.reference("power.callbacks"), SimObject.class);
        idle = new RefCell<>(device, Lane.CORE, Term.reference("power.work"), Work.class);
    }

    /** Who is told when the device wakes and sleeps. */
    public <T extends SimObject & PowerCallbacks> void connect(T handler) {
        callbacks.setQuietly(Optional.of(handler));
    }

    private PowerCallbacks callbacks() {
        return callbacks.get().map(PowerCallbacks.class::cast).orElse(PowerCallbacks.NONE);
    }

    /** pm_runtime_enable: from now on the state follows the usage count; the device starts suspended. */
    public void enable() {
        enabled.set(true);
    }

    /** pm_runtime_disable: the state stays as it is. */
    public void disable() {
        enabled.set(false);
    }

    public boolean isEnabled() {
        return enabled.get();
    }

    /** pm_runtime_active: resumed, or runtime PM is not enabled for it (include/linux/pm_runtime.h). */
    public boolean isActive() {
        return active.get() || !enabled.get();
    }

    /** Whether it has power: resumed. */
    public boolean isPowered() {
        return active.get();
    }

    public long usageCount() {
        return usage.get();
    }

    /** pm_runtime_get_sync: resumes it, suppliers first, if it sleeps. */
    public void get(Kernel kernel) {
        usage.setQuietly(usage.get() + 1);
        if (!active.get() && enabled.get()) {
            kernel.run(RESUME, device, () -> {
                for (DeviceLink link : device.suppliers().toList()) {
                    link.activeCount().setQuietly(link.activeCount().get() + 1);
                    link.supplier().power().get(kernel);
                }
                callbacks().powerOn();
                active.set(true);
                callbacks().resume();
            });
        }
    }

    /** pm_runtime_get_if_in_use: one user more, but only of a device that is resumed and has users; whether it has. */
    public boolean getIfInUse() {
        boolean used = enabled.get() && active.get() && usage.get() > 0;
        if (used) {
            usage.setQuietly(usage.get() + 1);
        }
        return used;
    }

    /** pm_runtime_get_noresume: one user more, and nothing else. */
    public void getWithoutResume() {
        usage.setQuietly(usage.get() + 1);
    }

    /** pm_runtime_put: one user less; an idle device is suspended later, from the work queue. */
    public void put(Kernel kernel) {
        usage.setQuietly(usage.get() - 1);
        if (usage.get() == 0 && active.get()) {
            if (idle.isNull()) {
                idle.setQuietly(Optional.of(new Suspend(kernel, device)));
            }
            kernel.work().queue(idle.require());
        }
    }

    /** pm_runtime_put_sync: as {@link #put}, but at once. */
    public void putSync(Kernel kernel) {
        usage.setQuietly(usage.get() - 1);
        suspendIfIdle(kernel);
    }

    private void suspendIfIdle(Kernel kernel) {
        if (usage.get() != 0 || !active.get() || !enabled.get()) {
            return;
        }
        kernel.run(SUSPEND, device, () -> {
            callbacks().suspend();
            active.set(false);
            callbacks().powerOff();
            for (DeviceLink link : device.suppliers().toList()) {
                while (link.activeCount().get() > 0) {
                    link.activeCount().setQuietly(link.activeCount().get() - 1);
                    link.supplier().power().put(kernel);
                }
            }
        });
    }

    /** pm_runtime_get_suppliers: before a probe, everything that this device is linked to is resumed. */
    public void getSuppliers(Kernel kernel) {
        if (device.suppliers().isEmpty()) {
            return;
        }
        kernel.run(GET_SUPPLIERS, device, () -> {
            for (DeviceLink link : device.suppliers().toList()) {
                link.preactivated().setQuietly(true);
                link.supplier().power().get(kernel);
            }
        });
    }

    /** pm_runtime_put_suppliers: after a probe, what was resumed for it may sleep again. */
    public void putSuppliers(Kernel kernel) {
        if (device.suppliers().isEmpty()) {
            return;
        }
        kernel.run(PUT_SUPPLIERS, device, () -> {
            for (DeviceLink link : device.suppliers().toList()) {
                if (link.preactivated().get()) {
                    link.preactivated().setQuietly(false);
                    link.supplier().power().put(kernel);
                }
            }
        });
    }

    /** pm_runtime_work: the suspend that a put asked for. */
    private static final class Suspend extends Work {
        private final Kernel kernel;
        private final Device device;

        Suspend(Kernel kernel, Device device) {
            super(kernel.machine());
            this.kernel = kernel;
            this.device = device;
        }

        @Override
        public String label() {
            return "idle work of " + device.label();
        }

        @Override
        public void doWork() {
            device.power().suspendIfIdle(kernel);
        }
    }
}
