package org.iommulab.rules;

import java.util.EnumSet;
import java.util.Set;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Header;
import org.iommulab.sim.TermSet;

/** At which steps of a recording there is something to judge, and when belief and hardware are allowed to differ. */
final class Moments {
    // Only these change what a rule looks at.
    static final Set<EventKind> RELEVANT = EnumSet.of(
            EventKind.CHANGED,
            EventKind.LEAVE,
            EventKind.REGISTER_WRITE,
            EventKind.TLB_FILL,
            EventKind.TLB_FLUSH,
            EventKind.USE_AFTER_FREE);

    // While one of these is under way, belief and hardware are allowed to differ.
    static final TermSet HALF_DONE = new TermSet(Set.of(
            "iommu_attach_device",
            "iommu_detach_device",
            "iommu_deferred_attach",
            "iommu_attach_group",
            "iommu_detach_group",
            "iommu_attach_group_handle",
            "iommu_detach_group_handle",
            "iommu_replace_group_handle",
            "iommu_group_claim_dma_owner",
            "iommu_group_release_dma_owner",
            "iommu_device_claim_dma_owner",
            "iommu_device_release_dma_owner",
            "iommu_map",
            "iommu_unmap",
            "__iommu_dma_unmap",
            // iommu_unmap_fast, piece by piece, then one sync
            "vfio_unmap_unpin",
            // a default domain changes, or a device goes while others of its group are on their way, too
            "iommu_group_store_type",
            "pci_stop_and_remove_bus_device",
            "iommu_probe_device",
            "bus_iommu_probe",
            "iommu_release_device",
            // arm64 attaches the default domain before it sets dma_ops, and takes those back while there is a driver
            // yet
            "of_dma_configure_id",
            "acpi_dma_configure_id",
            "device_unbind_cleanup",
            "arm_iommu_attach_device",
            "arm_iommu_detach_device",
            "arch_setup_dma_ops",
            "arm_teardown_iommu_dma_ops",
            "iommu_domain_free",
            "rpm_resume",
            "rpm_suspend")::contains);

    // that a lock is taken says nothing; what changed with it is looked at with the next event
    private static final TermSet LOCKS = new TermSet(name -> name.endsWith("lock") || name.endsWith("mutex"));

    private Moments() {}

    static boolean isRelevant(long header) {
        EventKind kind = Header.kind(header);
        return RELEVANT.contains(kind) && (kind != EventKind.CHANGED || !LOCKS.contains(Header.term(header)));
    }
}
