package org.iommulab.bus.pci;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;

/** A driver's {@code sriov_configure}. */
@FunctionalInterface
public interface SriovConfigure {
    /**
     * @param count how many virtual functions there shall be; 0 takes them away
     * @return how many there are, or a negative errno
     */
    long configure(Sriov sriov, Device physical, int count);

    /** pci_sriov_configure_simple (drivers/pci/iov.c): nvme's. */
    SriovConfigure SIMPLE = (sriov, physical, count) -> {
        if (!sriov.isPhysicalFunction(physical)) {
            return Errno.ENODEV.negative();
        }
        if (count == 0) {
            sriov.disable(physical);
            return 0;
        }
        long error = sriov.enable(physical, count);
        return error < 0 ? error : count;
    };
}
