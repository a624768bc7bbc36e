package org.iommulab.backend.amd;

import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * How a device comes into a domain and leaves it (drivers/iommu/amd/iommu.c: attach_device, detach_device, do_attach,
 * do_detach). In between its entry refuses everything.
 */
final class AmdAttach {
    private static final String FILE = "drivers/iommu/amd/iommu.c";
    private static final Term ATTACH = Term.function("attach_device", FILE);
    private static final Term DETACH = Term.function("detach_device", FILE);

    private final Kernel kernel;
    private final AmdSegment segment;
    private final AmdEntries entries;
    private final AmdFlush flush;
    private final AmdGuestTables guests;

    AmdAttach(Site site, AmdSegment segment, AmdEntries entries, AmdFlush flush, AmdGuestTables guests) {
        this.kernel = site.kernel();
        this.segment = segment;
        this.entries = entries;
        this.flush = flush;
        this.guests = guests;
    }

    private AmdInstance iommuOf(AmdDevData data) {
        return segment.iommuOf(data.device().require()).orElseThrow();
    }

    /** attach_device. What the unit may have of the domain from before is dropped, up to 6.7. */
    void attach(AmdDomain domain, AmdDevData data) {
        Device device = data.device().require();
        kernel.driverRun(
                ATTACH,
                device,
                () -> domain.lock().with(() -> {
                    doAttach(domain, data);
                    if (!kernel.since(Version.V6_12)) {
                        flush.all(domain);
                        flush.complete(domain);
                    }
                }));
    }

    private void doAttach(AmdDomain domain, AmdDevData data) {
        AmdInstance iommu = iommuOf(data);
        data.domain().set(domain);
        domain.devices().add(data);
        domain.behind(iommu).setQuietly(domain.behind(iommu).get() + 1);
        if (domain.hasGuestTable() && kernel.since(Version.V6_12)) {
            guests.allocateFor(data, domain);
        }
        entries.set(iommu, data, domain);
        segment.cloneAliases(data.device().require());
        flush.entry(data);
        if (kernel.since(Version.V6_12)) {
            iommu.commands().completionWait();
        }
    }

    /** detach_device. */
    void detach(AmdDevData data) {
        Device device = data.device().require();
        AmdDomain domain = data.domain().require();
        kernel.driverRun(DETACH, device, () -> domain.lock().with(() -> doDetach(data)));
    }

    /** do_detach; the domain's lock is held. */
    void doDetach(AmdDevData data) {
        AmdDomain domain = data.domain().require();
        AmdInstance iommu = iommuOf(data);
        guests.freeOf(data);
        data.domain().setNull();
        domain.devices().remove(data);
        block(data);
        flush.all(domain);
        flush.complete(domain);
        domain.behind(iommu).setQuietly(domain.behind(iommu).get() - 1);
    }

    /** amd_iommu_dev_update_dte(dev_data, false): every access of the device is refused from here on. */
    void block(AmdDevData data) {
        entries.clear(data);
        segment.cloneAliases(data.device().require());
        flush.entry(data);
        if (kernel.since(Version.V6_12)) {
            iommuOf(data).commands().completionWait();
        }
    }
}
