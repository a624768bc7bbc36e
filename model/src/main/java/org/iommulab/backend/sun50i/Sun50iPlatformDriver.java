package org.iommulab.backend.sun50i;

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
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** The driver of the IOMMU itself (sun50i_iommu_probe); it cannot be unbound. */
final class Sun50iPlatformDriver extends Driver {
    private static final Term NO_CLOCK = LogText.of("<3>Couldn't get our clock.");

    private final Site site;
    private final Sun50iDriver driver;
    private final Sun50iInterrupt interrupt;
    private final Map<Device, Bound> units = new LinkedHashMap<>();

    /** An IOMMU of the board, as its driver will find it. */
    record Wired(
            Device device, Mmio registers, Sun50iIommu.Reset reset, InterruptLine irq, Map<String, Clock> clocks) {}

    private record Bound(Sun50iIommu data, InterruptLine irq) {}

    Sun50iPlatformDriver(Site site, List<Wired> wired) {
        super(site.kernel().machine(), Sun50iDriver.NAME);
        this.site = site;
        this.driver = new Sun50iDriver(site, unit -> bound(unit).data());
        this.interrupt = new Sun50iInterrupt(site.kernel(), site.core().faults());
        for (Wired one : wired) {
            var instance = new IommuDevice(one.device(), driver.ops());
            var data = new Sun50iIommu(site.kernel(), instance, one.registers(), one.reset(), one.clocks());
            units.put(one.device(), new Bound(data, one.irq()));
        }
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    private Bound bound(Device unit) {
        return Optional.ofNullable(units.get(unit)).orElseThrow();
    }

    @Override
    public boolean matches(Device device) {
        return units.containsKey(device);
    }

    /** sun50i_iommu_probe: no register is touched; the hardware stays in reset until the first attach. */
    @Override
    public long probe(Device device) {
        Sun50iIommu iommu = bound(device).data();
        driver.identity().ifPresent(iommu.domain()::set);
        if (!site.kernel().since(Version.V6_7)) {
            iommu.group().set(site.core().probing().newHeldGroup());
        }
        long error = register(device, iommu);
        if (error == 0) {
            bound(device).irq().connect(() -> interrupt.handle(iommu));
        } else {
            iommu.group().get().ifPresent(site.core().probing()::put);
            iommu.group().setNull();
        }
        return error;
    }

    private long register(Device device, Sun50iIommu iommu) {
        if (!iommu.hasClock()) {
            site.kernel().log().line(NO_CLOCK, device, 0, 0);
            return Errno.ENOENT.negative();
        }
        return site.core()
                .probing()
                .register(iommu.instance(), site.bus().devices().toList());
    }

    /** The IOMMUs whose table is a domain's. For those who look. */
    List<Device> clientsOf(IommuDomain domain) {
        return units.values().stream()
                .map(Bound::data)
                .filter(iommu -> iommu.domain().is(domain))
                .map(Sun50iIommu::device)
                .toList();
    }
}
