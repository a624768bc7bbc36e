package org.iommulab.backend;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;

/** The ids by which an IOMMU knows each device, in the order in which of_xlate was told of them: {@code fwspec->ids}. */
public final class FwspecIds {
    private final RefList<Id> all;

    /** An id, as long as the device's {@code dev->iommu} is the same. */
    private static final class Id extends SimObject {
        private final SimObject data;
        private final int id;

        Id(SimObject data, int id) {
            super(data.machine());
            this.data = data;
            this.id = id;
        }

        @Override
        public String label() {
            return data.label() + " id " + Integer.toUnsignedString(id);
        }
    }

    /** @param owner whoever keeps them: the driver */
    public FwspecIds(SimObject owner) {
        this.all = new RefList<>(owner, Id.class);
    }

    /** iommu_fwspec_add_ids. */
    public void add(Device device, int id) {
        all.add(new Id(DevIommu.find(device).orElseThrow(), id));
    }

    /** What the device has as long as its {@code dev->iommu} is the same. */
    public List<Integer> of(Device device) {
        return all.toList().stream()
                .filter(id -> DevIommu.find(device).filter(id.data::equals).isPresent())
                .map(id -> id.id)
                .toList();
    }
}
