package org.iommulab.backend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;

/**
 * The platform driver of a kind of IOMMU unit, as most of them are: each unit's device is prepared, then registered with
 * the IOMMU core as an instance, which walks the bus.
 */
public final class UnitPlatformDriver extends Driver {
    private final Site site;
    private final Map<Device, IommuDevice> instances;
    private final ToLongFunction<Device> prepare;

    /**
     * @param name what boards call the driver and the kind of unit
     * @param prepare what the driver's probe does for a unit before it registers it: 0 or a negative errno
     */
    public UnitPlatformDriver(
            Site site, String name, DriverOps ops, List<Device> units, ToLongFunction<Device> prepare) {
        super(site.kernel().machine(), name);
        this.site = site;
        this.prepare = prepare;
        var made = new LinkedHashMap<Device, IommuDevice>();
        units.forEach(unit -> made.put(unit, new IommuDevice(unit, ops)));
        this.instances = Collections.unmodifiableMap(made);
    }

    /** The instance of a unit, registered or not. */
    public Optional<IommuDevice> instanceOf(Device unit) {
        return Optional.ofNullable(instances.get(unit));
    }

    @Override
    public boolean matches(Device device) {
        return instances.containsKey(device);
    }

    @Override
    public long probe(Device device) {
        long error = prepare.applyAsLong(device);
        return error != 0
                ? error
                : site.core()
                        .probing()
                        .register(
                                instanceOf(device).orElseThrow(),
                                site.bus().devices().toList());
    }
}
