package org.iommulab.backend.rockchip;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.rockchip.RockchipLayout.Command;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct rk_iommu}: what the driver keeps for one IOMMU, and what it does with its banks. */
final class RockchipIommu extends SimObject implements PowerCallbacks, RockchipSequences.Complaints {
    static final String FILE = "drivers/iommu/rockchip-iommu.c";
    private static final Term ENABLE = Term.function("rk_iommu_enable", FILE);
    private static final Term DISABLE = Term.function("rk_iommu_disable", FILE);
    private static final Term RESUME = Term.function("rk_iommu_resume", FILE);
    private static final Term SUSPEND = Term.function("rk_iommu_suspend", FILE);
    private static final Term FREED_DIRECTORY = Term.reference("iommu.domain.dt_dma, freed");
    private static final Term STALL_ON = timeout("Enable stall");
    private static final Term STALL_OFF = timeout("Disable stall");
    private static final Term PAGING_ON = timeout("Enable paging");
    private static final Term PAGING_OFF = timeout("Disable paging");
    private static final Term RESET_TIMEOUT = LogText.of("<3>FORCE_RESET command timed out");
    private static final Term RESET_ERROR = LogText.of("<3>Error during raw reset. MMU_DTE_ADDR is not functioning");

    private final Kernel kernel;
    private final Wired wired;
    private final IommuDevice instance;
    private final RockchipSequences sequences;
    private final RefCell<IommuDomain> domain;
    private final RefCell<RockchipDomain> node;
    private final RefCell<Group> group;

    RockchipIommu(Kernel kernel, Wired wired, DriverOps ops) {
        super(kernel.machine());
        this.kernel = kernel;
        this.wired = wired;
        this.instance = new IommuDevice(wired.device(), ops);
        this.sequences = new RockchipSequences(
                wired.registers(), wired.banks(), wired.format(), wired.reset(), kernel.since(Version.V6_7), this);
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("iommu.domain"), IommuDomain.class);
        this.node = new RefCell<>(this, Lane.DRIVER, Term.reference("iommu.node"), RockchipDomain.class);
        this.group = new RefCell<>(this, Lane.DRIVER, Term.reference("iommu.group"), Group.class);
    }

    /**
     * An IOMMU of the board, as its driver will find it.
     *
     * @param banks where each bank's registers begin
     * @param reset false with {@code rockchip,disable-mmu-reset}
     * @param clocks {@code aclk} and {@code iface}, or none: older device trees have no clocks
     * @param powerOn switches its power domain on, {@code powerOff} off
     */
    record Wired(
            Device device,
            RockchipFormat format,
            Mmio registers,
            List<Integer> banks,
            boolean reset,
            List<Clock> clocks,
            Runnable powerOn,
            Runnable powerOff,
            InterruptLine irq) {
        Wired {
            banks = List.copyOf(banks);
            clocks = List.copyOf(clocks);
        }
    }

    private static Term timeout(String request) {
        return LogText.of("<3>" + request + " request timed out, status: 0x%06x");
    }

    @Override
    public String label() {
        return wired.device().label() + " data";
    }

    Device device() {
        return wired.device();
    }

    Wired wired() {
        return wired;
    }

    IommuDevice instance() {
        return instance;
    }

    RockchipSequences sequences() {
        return sequences;
    }

    /** The domain that the driver believes attached: NULL for none, from v6.4 on the identity domain. */
    RefCell<IommuDomain> domain() {
        return domain;
    }

    /** The domain on whose list the IOMMU is: its {@code node} links it there, whatever {@link #domain} says. */
    RefCell<RockchipDomain> node() {
        return node;
    }

    /** The group of all its masters, made in the probe up to v6.6; then the core has it. */
    RefCell<Group> group() {
        return group;
    }

    // ---- clocks and power

    /** clk_bulk_prepare: all that happens outside of an access. */
    void prepareClocks() {
        wired.clocks().forEach(clock -> {
            clock.prepareEnable(kernel);
            clock.disable(kernel);
        });
    }

    void withClocks(Runnable access) {
        wired.clocks().forEach(clock -> clock.enable(kernel));
        access.run();
        wired.clocks().forEach(clock -> clock.disable(kernel));
    }

    /**
     * Runs something while the IOMMU is in use, and nothing while it is suspended: its resume does the rest.
     *
     * @param place the WARN_ON_ONCE of this place, for an IOMMU without runtime PM
     */
    void ifInUse(WarnOnce place, Runnable access) {
        long used = device().power().getIfInUse();
        if (used < 0) {
            place.fire(device());
        } else if (used > 0) {
            access.run();
            device().power().put(kernel);
        }
    }

    @Override
    public void powerOn() {
        wired.powerOn().run();
    }

    @Override
    public void powerOff() {
        wired.powerOff().run();
    }

    @Override
    public void resume() {
        kernel.driverRun(RESUME, device(), () -> {
            if (isAttached()) {
                enable();
            }
        });
    }

    @Override
    public void suspend() {
        kernel.driverRun(SUSPEND, device(), () -> {
            if (isAttached()) {
                disable();
            }
        });
    }

    /** Neither NULL nor the identity domain. */
    boolean isAttached() {
        return domain.get().filter(RockchipDomain.class::isInstance).isPresent();
    }

    // ---- banks

    /** rk_iommu_enable: 0 or a negative errno. */
    long enable() {
        return kernel.driverCall(ENABLE, device(), () -> {
            IommuDomain attached = domain.require();
            if (attached.freed().get()) {
                kernel.machine().useAfterFree(Lane.DRIVER, FREED_DIRECTORY, device(), attached.id());
            }
            long[] error = new long[1];
            withClocks(() -> error[0] = sequences.enable(attached.tableBase()));
            return error[0];
        });
    }

    void disable() {
        kernel.driverRun(DISABLE, device(), () -> withClocks(sequences::disable));
    }

    @Override
    public void timedOut(Command command, int status) {
        Optional<Term> line = switch (command) {
            case ENABLE_STALL -> Optional.of(STALL_ON);
            case DISABLE_STALL -> Optional.of(STALL_OFF);
            case ENABLE_PAGING -> Optional.of(PAGING_ON);
            case DISABLE_PAGING -> Optional.of(PAGING_OFF);
            case FORCE_RESET -> Optional.of(RESET_TIMEOUT);
            case ZAP_CACHE, PAGE_FAULT_DONE -> Optional.empty();
        };
        line.ifPresent(text -> kernel.log().line(text, device(), status & 0xffff_ffffL, 0));
    }

    @Override
    public void notFunctioning() {
        kernel.log().line(RESET_ERROR, device(), 0, 0);
    }
}
