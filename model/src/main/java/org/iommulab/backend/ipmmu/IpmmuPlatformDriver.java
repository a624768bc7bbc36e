package org.iommulab.backend.ipmmu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.ipmmu.IpmmuLayout.Generation;
import org.iommulab.backend.ipmmu.IpmmuLayout.Register;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.dma.ArmMapping;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** The driver of the IPMMUs themselves (ipmmu_probe). */
final class IpmmuPlatformDriver extends Driver {
    private static final Term RESERVED = LogText.of("<6>IPMMU context 0 is reserved");

    private final Site site;
    private final IpmmuDriver driver;
    private final IpmmuFaults faults;
    private final Map<Device, Unit> units = new LinkedHashMap<>();
    private final RefCell<IpmmuDevice> probedRoot;

    /**
     * An IPMMU of the board, as its driver will find it.
     *
     * @param leaf whether it has no contexts of its own
     * @param microTlbs those that have masters
     */
    record Wired(
            Device device,
            Generation generation,
            boolean leaf,
            List<Integer> microTlbs,
            Mmio registers,
            InterruptLine irq) {}

    private record Unit(IpmmuDevice data, InterruptLine irq) {}

    IpmmuPlatformDriver(Site site, List<Wired> wired) {
        super(site.kernel().machine(), IpmmuDriver.NAME);
        this.site = site;
        this.driver = new IpmmuDriver(site, this::dataOf);
        this.faults = new IpmmuFaults(site.kernel(), site.core().faults());
        this.probedRoot = new RefCell<>(this, Lane.DRIVER, Term.reference("probed root"), IpmmuDevice.class);
        for (Wired one : wired) {
            var instance = new IommuDevice(one.device(), driver.ops());
            var data = new IpmmuDevice(
                    site.kernel(), instance, one.generation(), one.leaf(), one.microTlbs(), one.registers());
            units.put(one.device(), new Unit(data, one.irq()));
        }
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    private Unit unit(Device device) {
        return Optional.ofNullable(units.get(device)).orElseThrow();
    }

    private IpmmuDevice dataOf(Device device) {
        return unit(device).data();
    }

    @Override
    public boolean matches(Device device) {
        return units.containsKey(device);
    }

    /**
     * ipmmu_probe: a leaf waits for the root; a root takes its interrupt and switches all contexts off. A root that has
     * leaves never registers with the core.
     */
    @Override
    public long probe(Device device) {
        Unit unit = unit(device);
        IpmmuDevice mmu = unit.data();
        if (mmu.isLeaf() && probedRoot.isNull()) {
            return Errno.EPROBE_DEFER.negative();
        }
        mmu.root().set(mmu.isLeaf() ? probedRoot.require() : mmu);
        if (!mmu.isLeaf()) {
            unit.irq().connect(() -> faults.handle(mmu));
            resetContexts(mmu);
            probedRoot.set(mmu);
        }
        if (mmu.generation().hasLeaves() && !mmu.isLeaf()) {
            return 0;
        }
        return site.core()
                .probing()
                .register(mmu.instance(), site.bus().devices().toList());
    }

    private void resetContexts(IpmmuDevice mmu) {
        for (int context = 0; context < mmu.generation().contexts(); context++) {
            mmu.write(Register.IMCTR, context, 0);
        }
        if (mmu.generation().reservesContext0()) {
            site.kernel().log().line(RESERVED, mmu.device(), 0, 0);
            mmu.reserve(0);
        }
    }

    /** The mappings that IPMMUs keep for their masters. For those who look. */
    List<ArmMapping> heldMappings() {
        return units.values().stream()
                .flatMap(unit -> unit.data().mapping().get().stream())
                .toList();
    }

    /** The IPMMU whose masters a domain serves. For those who look. */
    List<Device> clientsOf(IommuDomain domain) {
        return domain instanceof IpmmuDomain ipmmu && !domain.freed().get()
                ? ipmmu.mmu().get().map(IpmmuDevice::device).stream().toList()
                : List.of();
    }
}
