package org.iommulab.scenario;

import java.util.Optional;
import org.iommulab.board.ConfigValue;

/**
 * What a mediated device's driver does with iommufd: it has no IOMMU, and reaches the program's memory by the CPU. Not
 * compared with a capture.
 */
public sealed interface IommufdAccessAction extends Action.Iommufd {
    /**
     * iommufd_access_create: a program binds a mediated device to the file.
     *
     * @param stubborn whether its driver keeps pages that it is asked to give back, which is a bug; no when missing
     */
    record IommufdAccess(String iommufd, String name, Optional<ConfigValue> stubborn) implements IommufdAccessAction {}

    /** VFIO_DEVICE_ATTACH_IOMMUFD_PT of a mediated device: to an address space, or from one to another. */
    record IommufdAccessAttach(String access, String ioas) implements IommufdAccessAction {}

    /** VFIO_DEVICE_DETACH_IOMMUFD_PT of a mediated device. */
    record IommufdAccessDetach(String access) implements IommufdAccessAction {}

    /** iommufd_access_pin_pages: the driver wants to read, or to read and write. */
    record IommufdPin(String access, long iova, long size, Action.Prot prot) implements IommufdAccessAction {}

    /** iommufd_access_unpin_pages, of exactly what was pinned. */
    record IommufdUnpin(String access, long iova, long size) implements IommufdAccessAction {}

    /** iommufd_access_destroy: the program closes the mediated device. */
    record IommufdAccessClose(String access) implements IommufdAccessAction {}
}
