package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.bus.DeviceLink;

/** While a consumer is resumed, so are its suppliers. */
final class SuppliersFollow implements Rule {
    @Override
    public String key() {
        return "links-follow-runtime-pm";
    }

    @Override
    public String title() {
        return "Device links follow runtime PM";
    }

    @Override
    public String protects() {
        return "A device that is awake: the IOMMU in front of it is awake as well.";
    }

    @Override
    public String guarantee() {
        return "DL_FLAG_PM_RUNTIME: the supplier is resumed before the consumer and stays so"
                + " (Documentation/driver-api/device_link.rst).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Optional<String> violation(World world) {
        for (Device device : world.devices().values()) {
            if (device.power().isPowered()) {
                for (DeviceLink link : device.suppliers().toList()) {
                    if (!link.supplier().power().isActive()) {
                        return Optional.of(device.label() + " is resumed, "
                                + link.supplier().label() + ", which it is linked to, is suspended");
                    }
                }
            }
        }
        return Optional.empty();
    }
}
