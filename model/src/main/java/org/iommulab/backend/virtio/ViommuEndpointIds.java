package org.iommulab.backend.virtio;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;

/** The endpoint ids of each device, in the order in which of_xlate was told of them: {@code fwspec->ids}. */
final class ViommuEndpointIds {
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

    ViommuEndpointIds(SimObject owner) {
        this.all = new RefList<>(owner, Id.class);
    }

    /** iommu_fwspec_add_ids with the first cell. */
    void add(Device device, List<Integer> cells) {
        DevIommu data = DevIommu.find(device).orElseThrow();
        all.add(new Id(data, cells.isEmpty() ? 0 : cells.getFirst()));
    }

    List<Integer> of(Device device) {
        return all.toList().stream()
                .filter(id -> DevIommu.find(device).filter(id.data::equals).isPresent())
                .map(id -> id.id)
                .toList();
    }
}
