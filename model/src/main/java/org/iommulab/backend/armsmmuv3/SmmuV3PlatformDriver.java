package org.iommulab.backend.armsmmuv3;

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

/** {@code arm_smmu_driver}: brings units up and registers each with the core. */
final class SmmuV3PlatformDriver extends Driver implements SmmuV3Driver.SmmuV3Devices {
    private final Site site;
    private final SmmuV3Driver driver;
    private final SmmuV3Init init;
    private final Map<SmmuV3Device, IommuDevice> instances;

    SmmuV3PlatformDriver(Site site, List<SmmuV3Device> smmus) {
        super(site.kernel().machine(), SmmuV3Driver.NAME);
        this.site = site;
        this.init = new SmmuV3Init(site.kernel());
        this.driver = new SmmuV3Driver(site, this);
        var made = new LinkedHashMap<SmmuV3Device, IommuDevice>();
        smmus.forEach(smmu -> made.put(smmu, new IommuDevice(smmu.device(), driver.ops())));
        this.instances = Collections.unmodifiableMap(made);
    }

    SmmuV3Driver driver() {
        return driver;
    }

    @Override
    public List<SmmuV3Device> all() {
        return List.copyOf(instances.keySet());
    }

    private Optional<SmmuV3Device> of(Device unit) {
        return instances.keySet().stream().filter(smmu -> smmu.device() == unit).findFirst();
    }

    @Override
    public boolean matches(Device device) {
        return of(device).isPresent();
    }

    @Override
    public long probe(Device device) {
        SmmuV3Device smmu = of(device).orElseThrow();
        long error = init.probe(smmu);
        if (error == 0 && smmu.idr().substreamBits() > 0) {
            instanceOf(smmu).maxPasids().set(1L << smmu.idr().substreamBits());
        }
        return error != 0
                ? error
                : site.core()
                        .probing()
                        .register(instanceOf(smmu), site.bus().devices().toList());
    }

    /** arm_smmu_get_by_fwnode. */
    @Override
    public Optional<SmmuV3Device> unitOf(Device device) {
        return device.iommus().stream()
                .findFirst()
                .flatMap(spec -> instances.keySet().stream()
                        .filter(smmu -> smmu.label().equals(spec.unit()))
                        .findFirst())
                .filter(smmu -> smmu.probed().get());
    }

    @Override
    public IommuDevice instanceOf(SmmuV3Device smmu) {
        return Objects.requireNonNull(instances.get(smmu));
    }
}
