package org.iommulab.user;

import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DevIommu;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/**
 * vfio-platform and vfio-pci, as far as binding them: a device without a group, or whose IOMMU does not enforce cache coherency, is
 * refused (drivers/vfio/vfio_main.c: vfio_register_group_dev, vfio_group_find_or_alloc).
 */
public final class VfioDriver extends Driver {
    public static final String PLATFORM = "vfio-platform";
    public static final String PCI = "vfio-pci";
    public static final Set<String> NAMES = Set.of(PLATFORM, PCI);

    private static final Term REGISTER = Term.function("vfio_register_group_dev", "drivers/vfio/vfio_main.c");

    private final Kernel kernel;

    /** @param name one of {@link #NAMES} */
    public VfioDriver(Kernel kernel, String name) {
        super(kernel.machine(), name);
        this.kernel = kernel;
    }

    @Override
    public boolean managesDma() {
        return true;
    }

    /** Never by itself: only by driver_override. */
    @Override
    public boolean matches(Device device) {
        return false;
    }

    @Override
    public long probe(Device device) {
        return kernel.call(REGISTER, device, () -> {
            Optional<Group> group = Group.of(device);
            if (group.isEmpty()) {
                return Errno.EINVAL.negative();
            }
            boolean coherent = DevIommu.find(device)
                    .flatMap(data -> data.instance().get())
                    .filter(instance -> instance.ops().capable(device, OpsTable.Capability.CACHE_COHERENCY))
                    .isPresent();
            return coherent ? 0 : Errno.EINVAL.negative();
        });
    }
}
