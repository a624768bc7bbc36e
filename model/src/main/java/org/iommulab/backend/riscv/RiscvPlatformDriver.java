package org.iommulab.backend.riscv;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.IommuDevice;

/** {@code riscv_iommu_platform_driver}: brings units up and registers each with the core. */
final class RiscvPlatformDriver extends Driver implements RiscvDriver.RiscvDevices {
    static final String NAME = "riscv,iommu";

    private final Site site;
    private final RiscvDriver driver;
    private final RiscvInit init;
    private final Map<RiscvDevice, IommuDevice> instances;

    RiscvPlatformDriver(Site site, List<RiscvDevice> units) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.init = new RiscvInit(site.kernel());
        this.driver = new RiscvDriver(site, this);
        var made = new LinkedHashMap<RiscvDevice, IommuDevice>();
        units.forEach(unit -> made.put(unit, new IommuDevice(unit.device(), driver.ops())));
        this.instances = Collections.unmodifiableMap(made);
    }

    RiscvDriver driver() {
        return driver;
    }

    @Override
    public boolean isBuilt() {
        return RiscvDriver.isIn(site.kernel());
    }

    private Optional<RiscvDevice> of(Device unit) {
        return instances.keySet().stream()
                .filter(iommu -> iommu.device() == unit)
                .findFirst();
    }

    @Override
    public boolean matches(Device device) {
        return of(device).isPresent();
    }

    @Override
    public long probe(Device device) {
        RiscvDevice iommu = of(device).orElseThrow();
        return init.probe(
                iommu,
                () -> site.core()
                        .probing()
                        .register(instanceOf(iommu), site.bus().devices().toList()));
    }

    /** {@code fwspec->iommu_fwnode->dev} and its driver data. */
    @Override
    public Optional<RiscvDevice> unitOf(Device device) {
        return device.iommus().stream()
                .findFirst()
                .flatMap(spec -> instances.keySet().stream()
                        .filter(iommu -> iommu.label().equals(spec.unit()))
                        .findFirst())
                .filter(iommu -> iommu.probed().get());
    }

    @Override
    public IommuDevice instanceOf(RiscvDevice iommu) {
        return Objects.requireNonNull(instances.get(iommu));
    }
}
