package org.iommulab.bus;

import java.util.function.Consumer;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Timer;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.Work;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/**
 * Devices whose driver said -EPROBE_DEFER, and how long they are waited for (drivers/base/dd.c, v6.1 and v6.12). They are
 * tried again when some driver was bound, but not before the kernel's initcalls are over. Who waits for something optional
 * asks {@link #checkState}, which gives up in the end: with modules so many seconds after the initcalls, or after the
 * last driver that registered within that time; without modules at once.
 */
public final class DeferredProbes {
    private static final String DD_C = "drivers/base/dd.c";
    private static final Term INITCALL = Term.function("deferred_probe_initcall", DD_C);
    private static final Term TIMED_OUT = Term.function("deferred_probe_timeout_work_func", DD_C);
    private static final Term CHECK_STATE = Term.function("driver_deferred_probe_check_state", DD_C);
    private static final Term NO_DRIVER = LogText.of("<4>ignoring dependency for device, assuming no driver");
    private static final Term TOO_LATE = LogText.of("<4>deferred probe timeout, ignoring dependency");
    private static final Term PENDING = LogText.of("<6>deferred probe pending");
    /** With the reason that a driver gave by dev_err_probe (v6.8, 7c41da586e9f); the lab's drivers give none. */
    private static final Term PENDING_WITH_REASON = LogText.of("<4>deferred probe pending: (reason unknown)");
    /** Seconds, with CONFIG_MODULES. */
    private static final int USUAL_TIMEOUT = 10;

    private final Kernel kernel;
    private final DriverCore drivers;
    private final RefList<Device> pending;
    private final FlagCell heldBack;
    private final FlagCell initcallsDone;
    private final LongCell timeout;
    private final Work retry;
    private final Timer timer;

    /** @param probe bus_probe_device, for a device whose turn it is */
    DeferredProbes(Kernel kernel, DriverCore drivers, Consumer<Device> probe) {
        this.kernel = kernel;
        this.drivers = drivers;
        this.pending = new RefList<>(drivers, Device.class);
        this.heldBack = new FlagCell(drivers, Lane.CORE, Term.flag("initcalls are running"));
        this.initcallsDone = new FlagCell(drivers, Lane.CORE, Term.flag("initcalls_done"));
        this.timeout = new LongCell(drivers, Lane.CORE, Term.count("driver_deferred_probe_timeout"));
        this.timeout.setQuietly(
                kernel.commandLine().integer("deferred_probe_timeout").orElse(hasModules() ? USUAL_TIMEOUT : 0));
        this.retry = new Retry(probe);
        this.timer = new Timeout();
    }

    // what boards do not speak of is as in the architectures' defconfigs
    private boolean hasModules() {
        return kernel.config().getOrDefault("MODULES", true);
    }

    /** driver_deferred_probe_add; at the end of the list. */
    void add(Device device) {
        pending.remove(device);
        pending.add(device);
        device.deferred().set(true);
    }

    /** driver_deferred_probe_del. */
    void remove(Device device) {
        pending.remove(device);
        device.deferred().set(false);
    }

    /** A device that is gone waits for nothing. */
    void forget(Device device) {
        pending.remove(device);
    }

    /** driver_deferred_probe_trigger: those that wait get another try, from the work queue. */
    void trigger() {
        if (!heldBack.get() && !pending.isEmpty()) {
            kernel.work().queue(retry);
        }
    }

    /** The kernel's initcalls begin: while they run, nobody gets another try (driver_deferred_probe_enable). */
    public void holdBack() {
        heldBack.setQuietly(true);
    }

    /** deferred_probe_initcall, the last of the initcalls; nothing when they are over, and no event where nobody waits. */
    public void endInitcalls() {
        if (!heldBack.get()) {
            return;
        }
        heldBack.setQuietly(false);
        if (pending.isEmpty()) {
            initcallsDone.setQuietly(true);
        } else {
            kernel.run(INITCALL, drivers, () -> {
                tryAgainNow();
                initcallsDone.setQuietly(true);
                tryAgainNow(); // without a timeout nobody defers for what is optional any more
            });
        }
        if (timeout.get() > 0) {
            kernel.timers().start(timer, timeout.get() * 1000);
        }
    }

    private void tryAgainNow() {
        trigger();
        kernel.work().drain();
    }

    /** deferred_probe_extend_timeout: a driver registered, so whoever waits for one gets the whole time again. */
    void extendTimeout() {
        if (kernel.timers().left(timer) > 0) {
            kernel.timers().start(timer, timeout.get() * 1000);
        }
    }

    /**
     * driver_deferred_probe_check_state, for a device that waits for something that it can do without.
     *
     * @return -EPROBE_DEFER while it may still come; -ENODEV without modules, or -ETIMEDOUT, when it will not
     */
    public long checkState(Device device) {
        return kernel.call(CHECK_STATE, device, () -> {
            if (!initcallsDone.get()) {
                return Errno.EPROBE_DEFER.negative();
            }
            if (!hasModules()) {
                kernel.log().line(NO_DRIVER, device, 0, 0);
                return Errno.ENODEV.negative();
            }
            if (timeout.get() == 0) {
                kernel.log().line(TOO_LATE, device, 0, 0);
                return Errno.ETIMEDOUT.negative();
            }
            return Errno.EPROBE_DEFER.negative();
        });
    }

    private final class Retry extends Work {
        private final Consumer<Device> probe;

        Retry(Consumer<Device> probe) {
            super(kernel.machine());
            this.probe = probe;
        }

        @Override
        public String label() {
            return "deferred probe work";
        }

        @Override
        public void doWork() {
            for (Device device : pending.toList()) {
                pending.remove(device);
                probe.accept(device);
            }
        }
    }

    private final class Timeout extends Timer {
        Timeout() {
            super(kernel.machine());
        }

        @Override
        public String label() {
            return "deferred probe timeout";
        }

        @Override
        public void fire() {
            kernel.run(TIMED_OUT, drivers, () -> {
                timeout.set(0);
                tryAgainNow();
                Term line = kernel.since(Version.V6_12) ? PENDING_WITH_REASON : PENDING;
                pending.toList().forEach(device -> kernel.log().line(line, device, 0, 0));
            });
        }
    }
}
