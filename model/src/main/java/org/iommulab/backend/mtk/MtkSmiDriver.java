package org.iommulab.backend.mtk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;

/**
 * The driver {@code mtk-smi-larb}: a larb is awake while one of its masters is, and keeps its SMI common awake, which
 * keeps the M4U awake (mtk_smi_larb_probe). SMI commons are only links in that chain here.
 */
final class MtkSmiDriver extends Driver {
    private final Site site;
    private final Map<Device, Larb> larbs;

    /** @param common the SMI common behind the larb */
    record Larb(MtkLarbData data, Device common) {}

    MtkSmiDriver(Site site, Iterable<Larb> all) {
        super(site.kernel().machine(), "mtk-smi-larb");
        this.site = site;
        var made = new LinkedHashMap<Device, Larb>();
        all.forEach(larb -> made.put(larb.data().device(), larb));
        this.larbs = Collections.unmodifiableMap(made);
    }

    @Override
    public boolean matches(Device device) {
        return larbs.containsKey(device);
    }

    @Override
    public long probe(Device device) {
        Larb larb = Optional.ofNullable(larbs.get(device)).orElseThrow();
        larb.common().power().enable();
        site.links().add(device, larb.common());
        device.power().connect(larb.data());
        device.power().enable();
        return 0;
    }
}
