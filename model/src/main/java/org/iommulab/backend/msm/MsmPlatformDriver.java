package org.iommulab.backend.msm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** The driver of the IOMMUs themselves (msm_iommu_probe). */
final class MsmPlatformDriver extends Driver implements MsmUnits {
    static final String NAME = "msm_iommu";
    // Where ioremap puts the first one's registers, and how far it is to the next; chosen by the lab.
    private static final long FIRST_BASE = 0xf0a0_0000L;
    private static final long BASE_STEP = 0x20_0000;
    private static final List<String> CLOCKS = List.of("smmu_pclk", "iommu_clk");
    private static final Term NO_PCLK = LogText.of("<3>error -ENOENT: could not get smmu_pclk");
    private static final Term NO_CLK = LogText.of("<3>error -ENOENT: could not get iommu_clk");
    private static final Term NO_NCB = LogText.of("<3>could not get ncb");
    private static final Term INVALID_PAR = LogText.of("<3>msm_iommu: Invalid PAR value detected");
    // %p of a pointer, before the kernel has collected enough randomness to hash it
    private static final Term MAPPED = LogText.of("<6>msm_iommu: device mapped at (ptrval), irq %d with %d ctx banks");

    private final Site site;
    private final Kernel kernel;
    private final MsmDriver driver;
    private final MsmFaults faults;
    private final RefList<MsmIommuDev> probed;
    private final Map<Device, Unit> units = new LinkedHashMap<>();

    /**
     * An IOMMU of the board, as its driver will find it.
     *
     * @param contexts {@code qcom,ncb}
     * @param irq the first of its interrupts; the driver does not ask for the other
     * @param irqNumber Linux' number of that interrupt
     */
    record Wired(
            Device device,
            Mmio registers,
            Map<String, Clock> clocks,
            Optional<Integer> contexts,
            InterruptLine irq,
            int irqNumber) {}

    private record Unit(Wired wired, MsmIommuDev data) {}

    MsmPlatformDriver(Site site, List<Wired> wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.kernel = site.kernel();
        this.probed = new RefList<>(this, MsmIommuDev.class);
        var lock = new SpinLock(kernel, this, "msm_iommu_lock");
        this.driver = new MsmDriver(site, lock, this);
        this.faults = new MsmFaults(kernel, lock);
        for (Wired one : wired) {
            units.put(one.device(), new Unit(one, dataOf(one, units.size())));
        }
    }

    private MsmIommuDev dataOf(Wired wired, int place) {
        return new MsmIommuDev(
                kernel,
                new IommuDevice(wired.device(), driver.ops()),
                new MsmRegisters(wired.registers()),
                CLOCKS.stream()
                        .flatMap(name -> Optional.ofNullable(wired.clocks().get(name)).stream())
                        .toList(),
                FIRST_BASE + place * BASE_STEP,
                wired.contexts().orElse(0));
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    @Override
    public List<MsmIommuDev> probed() {
        return probed.toList().reversed();
    }

    @Override
    public boolean matches(Device device) {
        return units.containsKey(device);
    }

    @Override
    public long probe(Device device) {
        Unit unit = Optional.ofNullable(units.get(device)).orElseThrow();
        if (!unit.wired().clocks().containsKey(CLOCKS.getFirst())) {
            kernel.log().line(NO_PCLK, device, 0, 0);
            return Errno.ENOENT.negative();
        }
        if (!unit.wired().clocks().containsKey(CLOCKS.getLast())) {
            kernel.log().line(NO_CLK, device, 0, 0);
            return Errno.ENOENT.negative();
        }
        unit.data().prepareClocks();
        long error = start(unit);
        if (error != 0) {
            unit.data().unprepareClocks();
        }
        return error;
    }

    // The clocks are prepared here, but not enabled: the registers are touched as the boot loader left them.
    private long start(Unit unit) {
        MsmIommuDev data = unit.data();
        if (unit.wired().contexts().isEmpty()) {
            kernel.log().line(NO_NCB, data.device(), 0, 0);
            return Errno.EINVAL.negative();
        }
        data.registers().reset(data.contexts());
        if (data.registers().selfTest() == 0) {
            kernel.log().line(INVALID_PAR, kernel, 0, 0);
            return Errno.ENODEV.negative();
        }
        unit.wired().irq().connect(() -> faults.handle(data));
        probed.add(data);
        long error = site.core()
                .probing()
                .register(data.instance(), site.bus().devices().toList());
        if (error == 0) {
            kernel.log().line(MAPPED, kernel, unit.wired().irqNumber(), data.contexts());
        }
        return error;
    }

    /** The IOMMUs that are on a domain's list, attached or not. For those who look. */
    List<Device> clientsOf(IommuDomain domain) {
        return domain instanceof MsmDomain own
                ? own.attached().looked().stream().map(MsmIommuDev::device).toList()
                : List.of();
    }
}
