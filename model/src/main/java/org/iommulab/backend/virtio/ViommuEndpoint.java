package org.iommulab.backend.virtio;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.ResvRegion;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct viommu_endpoint}: a device behind a virtio-iommu. */
final class ViommuEndpoint extends SimObject {
    private final Device device;
    private final ViommuDev viommu;
    private final RefCell<ViommuDomain> domain;
    private final RefList<Region> regions;

    /** A reserved region, as a list of the machine holds it. */
    static final class Region extends SimObject {
        private final ResvRegion region;

        Region(SimObject endpoint, ResvRegion region) {
            super(endpoint.machine());
            this.region = region;
        }

        @Override
        public String label() {
            return "reserved from 0x" + Long.toHexString(region.start());
        }
    }

    ViommuEndpoint(Device device, ViommuDev viommu) {
        super(device.machine());
        this.device = device;
        this.viommu = viommu;
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("vdomain"), ViommuDomain.class);
        this.regions = new RefList<>(this, Region.class);
    }

    /** dev_iommu_priv_get. */
    static Optional<ViommuEndpoint> find(Device device) {
        return DevIommu.privOf(device, ViommuEndpoint.class);
    }

    static ViommuEndpoint of(Device device) {
        return find(device).orElseThrow();
    }

    @Override
    public String label() {
        return device.label() + " endpoint";
    }

    Device device() {
        return device;
    }

    ViommuDev viommu() {
        return viommu;
    }

    /** The domain that it is attached to; NULL for none. */
    RefCell<ViommuDomain> domain() {
        return domain;
    }

    /** What the host says must stay free, by its first address. */
    List<ResvRegion> regions() {
        return regions.toList().stream().map(region -> region.region).toList();
    }

    /** Into its place among the others. */
    void add(ResvRegion region) {
        List<Region> before = regions.toList();
        int place = 0;
        while (place < before.size()
                && Long.compareUnsigned(before.get(place).region.start(), region.start()) <= 0) {
            place++;
        }
        regions.clear();
        before.subList(0, place).forEach(regions::add);
        regions.add(new Region(this, region));
        before.subList(place, before.size()).forEach(regions::add);
    }
}
