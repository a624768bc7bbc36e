package org.iommulab.backend.dart;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.SimObject;

/** {@code struct apple_dart_master_cfg}: the DARTs of a device, at most two, and its streams there. */
final class DartMaster extends SimObject {
    private final Device device;
    private final List<DartStreamMap> maps;

    DartMaster(Device device) {
        super(device.machine());
        this.device = device;
        this.maps = DartStreamMap.of(this);
    }

    static Optional<DartMaster> of(Device device) {
        return DevIommu.privOf(device, DartMaster.class);
    }

    @Override
    public String label() {
        return device.label() + " cfg";
    }

    /** Both, whether they are in use or not. */
    List<DartStreamMap> maps() {
        return maps;
    }

    /** for_each_stream_map: those in use. */
    List<DartStreamMap> used() {
        return maps.stream().filter(map -> !map.dart().isNull()).toList();
    }

    /** The DART whose word counts: all DARTs of a device are alike. */
    DartDevice first() {
        return maps.getFirst().dart().require();
    }
}
