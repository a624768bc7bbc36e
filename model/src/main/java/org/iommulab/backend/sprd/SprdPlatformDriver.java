package org.iommulab.backend.sprd;

import java.util.Collections;
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
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** The driver of the IOMMUs themselves (sprd_iommu_probe). There is no interrupt. */
final class SprdPlatformDriver extends Driver {
    static final String NAME = "sprd-iommu";
    private static final Term INVALID = LogText.of("<3>IOMMU version(%d) is invalid.");

    private final Site site;
    private final SprdDriver driver;
    private final Map<Device, Unit> units;

    /**
     * An IOMMU of the board, as its driver will find it.
     *
     * @param gate the clock that its registers need; not all have one
     */
    record Wired(Device device, Mmio registers, Optional<Clock> gate) {}

    private record Unit(SprdIommu data, Optional<Clock> gate) {}

    SprdPlatformDriver(Site site, List<Wired> wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.driver = new SprdDriver(site, device -> unit(device).data());
        var made = new LinkedHashMap<Device, Unit>();
        for (Wired one : wired) {
            var instance = new IommuDevice(one.device(), driver.ops());
            made.put(one.device(), new Unit(new SprdIommu(instance, one.registers()), one.gate()));
        }
        this.units = Collections.unmodifiableMap(made);
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

    @Override
    public boolean matches(Device device) {
        return units.containsKey(device);
    }

    /**
     * sprd_iommu_probe. The IOMMU is registered before its clock runs and before its version is known: a master that the
     * core found at once would be attached to an EX.
     */
    @Override
    public long probe(Device device) {
        Unit unit = unit(device);
        SprdIommu data = unit.data();
        data.protectPage().set(site.frames().allocate(SprdPageTable.PAGE, SprdPageTable.PAGE));
        if (!site.kernel().since(Version.V6_7)) {
            data.group().set(site.core().probing().newHeldGroup());
        }
        long error = site.core()
                .probing()
                .register(data.instance(), site.bus().devices().toList());
        if (error != 0) {
            putGroup(data);
            return error;
        }
        unit.gate().ifPresent(clock -> clock.prepareEnable(site.kernel()));
        int version = SprdLayout.versionOf(data.registers().read32(SprdLayout.VERSION));
        if (SprdLayout.Flavour.ofVersion(version).isEmpty()) {
            // the driver's own function has made an errno of the number by then
            site.kernel().log().line(INVALID, device, Errno.EINVAL.negative(), 0);
            unit.gate().ifPresent(clock -> clock.disableUnprepare(site.kernel()));
            site.core()
                    .probing()
                    .unregister(data.instance(), site.bus().devices().toList());
            putGroup(data);
            return Errno.EINVAL.negative();
        }
        data.version().set(version);
        return 0;
    }

    private void putGroup(SprdIommu data) {
        data.group().get().ifPresent(site.core().probing()::put);
        data.group().setNull();
    }

    /** The IOMMU that a domain is attached to. For those who look. */
    static List<Device> clientsOf(IommuDomain domain) {
        return domain instanceof SprdDomain sprd
                ? sprd.iommu().get().map(SprdIommu::device).stream().toList()
                : List.of();
    }
}
