package org.iommulab.backend.amd;

import org.iommulab.backend.Site;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.kernel.Version;

/** Which commands a change of a domain or a device needs, and whom they are sent to (drivers/iommu/amd/iommu.c). */
final class AmdFlush {
    private static final int KERNEL_PASID = 0;

    private final Site site;
    private final AmdSegment segment;
    private final AmdEntries entries;

    AmdFlush(Site site, AmdSegment segment, AmdEntries entries) {
        this.site = site;
        this.segment = segment;
        this.entries = entries;
    }

    private AmdInstance iommuOf(AmdDevData data) {
        return segment.iommuOf(data.device().require()).orElseThrow();
    }

    // ---- domains

    /** __domain_flush_pages, upper levels too; from 6.12 on guest tables have a tag for each device. */
    private void pages(AmdDomain domain, long said) {
        if (domain.hasGuestTable() && site.kernel().since(Version.V6_12)) {
            for (AmdDevData data : domain.devices().toList()) {
                guestPages(data, said);
            }
            return;
        }
        for (AmdInstance iommu : segment.iommus()) {
            if (domain.behind(iommu).isSet()) {
                iommu.commands().queue(AmdCommand.invalidatePages(domain.domainId(), said));
            }
        }
    }

    private void guestPages(AmdDevData data, long said) {
        int id = (int) data.gcr3DomainId().get();
        iommuOf(data).commands().queue(AmdCommand.invalidateGuestPages(id, KERNEL_PASID, said));
    }

    /** domain_flush_pages: one command for a range that may be larger, since a walk costs less than a command. */
    void range(AmdDomain domain, long iova, long bytes) {
        pages(domain, AmdCommand.pages(iova, bytes));
    }

    /** amd_iommu_domain_flush_tlb_pde. */
    void all(AmdDomain domain) {
        pages(domain, AmdCommand.allPages());
    }

    /** amd_iommu_domain_flush_complete. */
    void complete(AmdDomain domain) {
        for (AmdInstance iommu : segment.iommus()) {
            if (domain.behind(iommu).isSet()) {
                iommu.commands().completionWait();
            }
        }
    }

    /** amd_iommu_dev_flush_pasid_all (6.12). */
    void allOfGuest(AmdDevData data) {
        guestPages(data, AmdCommand.allPages());
        iommuOf(data).commands().completionWait();
    }

    // ---- devices

    /** device_flush_dte: its own id and all others under which its requests arrive. */
    void entry(AmdDevData data) {
        AmdInstance iommu = iommuOf(data);
        for (PciTopology.Alias alias : segment.aliases(data.device().require())) {
            iommu.commands().flushDevice(alias.requesterId());
        }
    }

    /** amd_iommu_update_and_flush_device_table. */
    private void updateAndFlushDeviceTable(AmdDomain domain) {
        for (AmdDevData data : domain.devices().toList()) {
            entries.set(iommuOf(data), data, domain);
            segment.cloneAliases(data.device().require());
        }
        domain.devices().toList().forEach(this::entry);
    }

    // ---- what tables ask for

    AmdV1Flushes ofHostTable(AmdDomain domain) {
        return new AmdV1Flushes() {
            @Override
            public void updateAndFlushDeviceTable() {
                AmdFlush.this.updateAndFlushDeviceTable(domain);
            }

            @Override
            public void flushTlbPde() {
                all(domain);
            }

            @Override
            public void flushComplete() {
                complete(domain);
            }
        };
    }

    /** __flush_pasid up to 6.7; from 6.12 on amd_iommu_domain_flush_pages, here for one page or for all of them. */
    AmdV2Flushes ofGuestTable(AmdDomain domain) {
        return new AmdV2Flushes() {
            @Override
            public void flushTlb(int pasid) {
                guest(domain, pasid, AmdCommand.allPages());
            }

            @Override
            public void flushPage(int pasid, long address) {
                guest(domain, pasid, address & -4096);
            }
        };
    }

    private void guest(AmdDomain domain, int pasid, long said) {
        if (site.kernel().since(Version.V6_12)) {
            pages(domain, said);
        } else {
            for (AmdInstance iommu : segment.iommus()) {
                if (domain.behind(iommu).isSet()) {
                    iommu.commands().queue(AmdCommand.invalidateGuestPages(domain.domainId(), pasid, said));
                }
            }
        }
        complete(domain);
    }
}
