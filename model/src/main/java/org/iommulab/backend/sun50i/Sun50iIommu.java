package org.iommulab.backend.sun50i;

import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code struct sun50i_iommu}: the one IOMMU of the chip, and how the driver reaches it. The unit is done with every
 * invalidation at once, so that the driver's three lines about time-outs are never printed.
 */
final class Sun50iIommu extends SimObject {
    private static final Term ENABLE = Term.function("sun50i_iommu_enable", Sun50iDriver.FILE);
    private static final Term DISABLE = Term.function("sun50i_iommu_disable", Sun50iDriver.FILE);

    private final Kernel kernel;
    private final IommuDevice instance;
    private final Sun50iSequences sequences;
    private final Reset reset;
    private final Optional<Clock> clock;
    private final RefCell<IommuDomain> domain;
    private final RefCell<Group> group;
    private final SpinLock lock;

    /** The block's reset line. */
    interface Reset {
        /** reset_control_deassert. */
        void deassert();

        /** reset_control_assert: the block loses what is in its registers. */
        void assertAgain();
    }

    /** @param clocks the driver asks for the first, without a name */
    Sun50iIommu(Kernel kernel, IommuDevice instance, Mmio registers, Reset reset, Map<String, Clock> clocks) {
        super(kernel.machine());
        this.kernel = kernel;
        this.instance = instance;
        this.sequences = new Sun50iSequences(registers);
        this.reset = reset;
        this.clock = clocks.values().stream().findFirst();
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("iommu.domain"), IommuDomain.class);
        this.group = new RefCell<>(this, Lane.DRIVER, Term.reference("iommu.group"), Group.class);
        this.lock = new SpinLock(kernel, this, "iommu.iommu_lock");
    }

    @Override
    public String label() {
        return device().label() + " data";
    }

    Device device() {
        return instance.device();
    }

    IommuDevice instance() {
        return instance;
    }

    boolean hasClock() {
        return clock.isPresent();
    }

    /** Whose table the hardware has; from v6.7 on the identity domain at first, NULL before. */
    RefCell<IommuDomain> domain() {
        return domain;
    }

    /** The group of all masters, up to v6.6; NULL before the probe. */
    RefCell<Group> group() {
        return group;
    }

    /** Guards the registers. */
    SpinLock lock() {
        return lock;
    }

    /** The caller holds the lock. */
    Sun50iSequences sequences() {
        return sequences;
    }

    /**
     * sun50i_iommu_enable. Reset and clock are taken each time, although only {@link #disable} gives them back: the
     * clock's counts grow with every change of domain.
     */
    void enable(long directory) {
        kernel.driverRun(ENABLE, device(), () -> {
            reset.deassert();
            clock.ifPresent(c -> c.prepareEnable(kernel));
            lock.with(() -> sequences.enable(directory, kernel.since(Version.V6_12)));
        });
    }

    /** sun50i_iommu_disable. */
    void disable() {
        kernel.driverRun(DISABLE, device(), () -> {
            lock.with(sequences::disable);
            clock.ifPresent(c -> c.disableUnprepare(kernel));
            reset.assertAgain();
        });
    }
}
