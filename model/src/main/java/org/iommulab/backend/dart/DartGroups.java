package org.iommulab.backend.dart;

import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Mutex;
import org.iommulab.kernel.Version;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** apple_dart_device_group: devices that share a stream cannot be told apart, so they are one group. */
final class DartGroups {
    private static final Term NO_MERGE = LogText.of("<3>Failed to merge DART IOMMU groups.");
    /** Up to v6.7. */
    private static final Term NO_MERGE_MISSPELT = LogText.of("<3>Failed to merge DART IOMMU grups.");

    private final Site site;
    private final Mutex lock;

    DartGroups(Site site, SimObject owner) {
        this.site = site;
        this.lock = new Mutex(site.kernel(), owner, "apple_dart_groups_lock");
    }

    OpsTable.Grouped groupOf(Device device) {
        var grouped = new OpsTable.Grouped[1];
        lock.run(() -> grouped[0] = find(device, DartMaster.of(device).orElseThrow()));
        return grouped[0];
    }

    private OpsTable.Grouped find(Device device, DartMaster master) {
        Optional<Group> known = Optional.empty();
        for (DartStreamMap map : master.used()) {
            for (int stream : map.streams()) {
                Optional<Group> group = map.dart().require().groupOf(stream).get();
                if (known.isPresent() && !known.equals(group)) {
                    return OpsTable.Grouped.failed(Errno.EINVAL.negative());
                }
                known = group;
            }
        }
        return known.map(OpsTable.Grouped::ok).orElseGet(() -> make(device, master));
    }

    private OpsTable.Grouped make(Device device, DartMaster master) {
        Group group = device.pci().isPresent()
                ? site.core().probing().pciDeviceGroup(device, site.bus().pci())
                : site.core().probing().genericDeviceGroup(device);
        if (!canMerge(group, master)) {
            Term line = site.kernel().since(Version.V6_12) ? NO_MERGE : NO_MERGE_MISSPELT;
            site.kernel().log().line(line, device, 0, 0);
            return OpsTable.Grouped.failed(Errno.EINVAL.negative());
        }
        for (DartStreamMap map : master.used()) {
            map.streams().forEach(stream -> map.dart().require().groupOf(stream).set(group));
        }
        return OpsTable.Grouped.ok(group);
    }

    // apple_dart_merge_master_cfg: a group that PCI knows already may only grow on its one DART
    private static boolean canMerge(Group group, DartMaster master) {
        return group.devices().toList().stream()
                .flatMap(member -> DartMaster.of(member).stream())
                .allMatch(member ->
                        member.used().size() == 1 && master.used().size() == 1 && member.first() == master.first());
    }
}
