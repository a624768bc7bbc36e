package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.core.ResvRegion;
import org.iommulab.pagetable.Prot;

/**
 * What must be mapped as it is, and what must never be handed out (amd_iommu_get_resv_regions).
 *
 * @param unityMaps memory definitions of the IVRS
 */
record AmdReserved(List<UnityMap> unityMaps) {
    /** Where interrupts go, and what HyperTransport has for itself. */
    private static final List<ResvRegion> FOR_ALL = List.of(
            new ResvRegion(0xfee0_0000L, 0x10_0000L, 0, ResvRegion.Type.MSI),
            new ResvRegion(0xfd_0000_0000L, 0x3_0000_0000L, 0, ResvRegion.Type.RESERVED));

    /** An IVMD block: memory that firmware has a device use behind the driver's back. */
    record UnityMap(int id, long start, long bytes) {}

    AmdReserved {
        unityMaps = List.copyOf(unityMaps);
    }

    List<ResvRegion> of(int id) {
        var regions = new ArrayList<ResvRegion>();
        for (UnityMap map : unityMaps) {
            if (map.id() == id) {
                regions.add(new ResvRegion(map.start(), map.bytes(), Prot.READ | Prot.WRITE, ResvRegion.Type.DIRECT));
            }
        }
        regions.addAll(FOR_ALL);
        return regions;
    }
}
