package org.iommulab.scenario;

import java.util.Optional;
import org.iommulab.core.OpsTable;

/** What drivers do with single PASIDs of a device, and processes whose address space a device shares. */
public sealed interface PasidAction extends Action.Pasid {
    /** iommu_attach_device_pasid. */
    record AttachPasid(String device, int pasid, String domain) implements PasidAction {}

    /** iommu_detach_device_pasid. */
    record DetachPasid(String device, int pasid, String domain) implements PasidAction {}

    /** A program starts: an address space with nothing in it. */
    record NewProcess(String name) implements PasidAction {}

    /**
     * The process uses memory at this address, which the CPU's table maps from then on.
     *
     * @param prot read and write when missing
     */
    record ProcessMap(String process, long address, long size, Optional<Action.Prot> prot) implements PasidAction {}

    /**
     * The process asks for memory and does not touch it yet: the CPU's table has nothing there, until somebody touches it.
     *
     * @param prot read and write when missing
     */
    record ProcessReserve(String process, long address, long size, Optional<Action.Prot> prot) implements PasidAction {}

    /** The process gives memory back: the CPU's table loses it, and whoever follows the table is told. */
    record ProcessUnmap(String process, long address, long size) implements PasidAction {}

    /** iommu_dev_enable_feature: the device's driver switches on what it wants to use. */
    record EnableFeature(String device, OpsTable.Feature feature) implements PasidAction {}

    /** iommu_dev_disable_feature. */
    record DisableFeature(String device, OpsTable.Feature feature) implements PasidAction {}

    /** iommu_sva_bind_device: the result is an errno, or the process's PASID. */
    record SvaBind(String device, String process, String name) implements PasidAction {}

    /** iommu_sva_unbind_device. */
    record SvaUnbind(String bond) implements PasidAction {}
}
