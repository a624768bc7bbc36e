package org.iommulab.backend.exynos;

import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.DeviceLink;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.core.DevIommu;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct sysmmu_drvdata}: what the driver keeps for one SysMMU, and the two helpers that switch it
 * (__sysmmu_enable, __sysmmu_disable).
 */
final class SysMmuData extends SimObject implements PowerCallbacks {
    private static final String FILE = "drivers/iommu/exynos-iommu.c";
    private static final Term ENABLE = Term.function("__sysmmu_enable", FILE);
    private static final Term DISABLE = Term.function("__sysmmu_disable", FILE);
    private static final Term RESUME = Term.function("exynos_sysmmu_resume", FILE);
    private static final Term SUSPEND = Term.function("exynos_sysmmu_suspend", FILE);

    private final Kernel kernel;
    private final Device device;
    private final Mmio registers;
    private final Power power;
    private final Map<String, Clock> clocks;
    private final RefCell<Device> master;
    private final RefCell<IommuDomain> domain;
    private final RefCell<DeviceLink> link;
    private final LongCell pgtable;
    private final LongCell version;
    private final FlagCell active;
    private final SpinLock lock;

    /** The unit's power domain, which the platform switches. */
    interface Power {
        void on();

        void off();
    }

    SysMmuData(Kernel kernel, Device device, Mmio registers, Power power, Map<String, Clock> clocks) {
        super(kernel.machine());
        this.kernel = kernel;
        this.device = device;
        this.registers = registers;
        this.power = power;
        this.clocks = clocks;
        master = new RefCell<>(this, Lane.DRIVER, Term.reference("sysmmu.master"), Device.class);
        domain = new RefCell<>(this, Lane.DRIVER, Term.reference("sysmmu.domain"), IommuDomain.class);
        link = new RefCell<>(this, Lane.DRIVER, Term.reference("sysmmu.link"), DeviceLink.class);
        pgtable =
                new LongCell(this, Lane.DRIVER, Term.of("sysmmu.pgtable", "", Operand.HEX, Operand.HEX, Operand.NONE));
        version =
                new LongCell(this, Lane.DRIVER, Term.of("sysmmu.version", "", Operand.HEX, Operand.HEX, Operand.NONE));
        active = new FlagCell(this, Lane.DRIVER, Term.flag("sysmmu.active"));
        lock = new SpinLock(kernel, this, "sysmmu.lock");
    }

    @Override
    public String label() {
        return device.label() + " data";
    }

    Device device() {
        return device;
    }

    Mmio registers() {
        return registers;
    }

    RefCell<Device> master() {
        return master;
    }

    RefCell<IommuDomain> domain() {
        return domain;
    }

    RefCell<DeviceLink> link() {
        return link;
    }

    LongCell pgtable() {
        return pgtable;
    }

    FlagCell active() {
        return active;
    }

    SpinLock lock() {
        return lock;
    }

    Optional<Clock> clock(String name) {
        return Optional.ofNullable(clocks.get(name));
    }

    /** The version register and whether there is a VM bank, as the probe read them. */
    void remember(int versionRegister, boolean vmBank) {
        version.setQuietly(versionRegister & 0xffff_ffffL | (vmBank ? 1L << 32 : 0));
    }

    SysMmuLayout.Revision revision() {
        return SysMmuLayout.Revision.of((int) version.get(), (version.get() >>> 32) != 0);
    }

    /** __sysmmu_enable_clocks: the master's own clock too, where the chip has one. */
    void enableClocks() {
        clock("master").ifPresent(c -> c.prepareEnable(kernel));
        clock("sysmmu").ifPresent(c -> c.prepareEnable(kernel));
        clock("pclk").ifPresent(c -> c.prepareEnable(kernel));
        clock("aclk").ifPresent(c -> c.prepareEnable(kernel));
    }

    void disableClocks() {
        clock("aclk").ifPresent(c -> c.disableUnprepare(kernel));
        clock("pclk").ifPresent(c -> c.disableUnprepare(kernel));
        clock("sysmmu").ifPresent(c -> c.disableUnprepare(kernel));
        clock("master").ifPresent(c -> c.disableUnprepare(kernel));
    }

    /** __sysmmu_enable: the unit must have power. The master's clock is left prepared but not enabled. */
    void enable() {
        kernel.driverRun(ENABLE, device, () -> {
            enableClocks();
            lock.with(() -> {
                SysMmuFlush.enable(registers, revision(), pgtable.get());
                active.set(true);
            });
            clock("master").ifPresent(c -> c.disable(kernel));
        });
    }

    /**
     * __sysmmu_disable. Takes the data lock itself: a caller that holds it already spins for ever.
     */
    void disable() {
        kernel.driverRun(DISABLE, device, () -> {
            clock("master").ifPresent(c -> c.enable(kernel));
            lock.with(() -> {
                SysMmuFlush.disable(registers);
                active.set(false);
            });
            disableClocks();
        });
    }

    @Override
    public void powerOn() {
        power.on();
    }

    @Override
    public void powerOff() {
        power.off();
    }

    @Override
    public void resume() {
        kernel.driverRun(
                RESUME,
                device,
                () -> ownerOfMaster()
                        .ifPresent(owner -> owner.powerLock().run(() -> {
                            if (isSwitched()) {
                                enable();
                            }
                        })));
    }

    @Override
    public void suspend() {
        kernel.driverRun(
                SUSPEND,
                device,
                () -> ownerOfMaster()
                        .ifPresent(owner -> owner.powerLock().run(() -> {
                            if (isSwitched()) {
                                disable();
                            }
                        })));
    }

    // In identity mode there is no domain, so that a comparison with the identity domain never says "leave it alone".
    private boolean isSwitched() {
        return !domain.isNull() || kernel.has(Behaviour.EXYNOS_RESUMES_WITHOUT_TABLE);
    }

    private Optional<ExynosOwner> ownerOfMaster() {
        return master.get().flatMap(device -> DevIommu.privOf(device, ExynosOwner.class));
    }
}
