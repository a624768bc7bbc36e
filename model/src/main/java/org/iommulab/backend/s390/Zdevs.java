package org.iommulab.backend.s390;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;

/** The functions that firmware lists; a PCI device finds its own through its bus (to_zpci_dev). */
record Zdevs(List<Zdev> all) {
    Zdevs {
        all = List.copyOf(all);
    }

    Optional<Zdev> of(Device device) {
        return all.stream()
                .filter(zdev -> zdev.properties().device().equals(device.label()))
                .findFirst();
    }
}
