package org.iommulab.backend.amd;

/** Device table entries of attached and detached devices (set_dte_entry, clear_dte_entry). */
final class AmdEntries {
    private static final int ONE_GCR3_LEVEL = 1;
    private static final int GUEST_LEVELS = 4;

    private final AmdSegment segment;

    AmdEntries(AmdSegment segment) {
        this.segment = segment;
    }

    /**
     * set_dte_entry. What the unit keeps under a domain number that was there before is dropped: a crash kernel may find
     * the crashed one's.
     */
    void set(AmdInstance iommu, AmdDevData data, AmdDomain domain) {
        AmdDte old = segment.entry(data.requesterId());
        segment.put(data.requesterId(), old.with(translation(data, domain)));
        if (old.domain() != 0) {
            iommu.commands().flushDomainId(old.domain());
        }
    }

    private static AmdDte translation(AmdDevData data, AmdDomain domain) {
        if (data.gcr3Table().isSet()) {
            return guest(data.gcr3Table().get(), (int) data.gcr3DomainId().get());
        }
        if (domain.hasGuestTable()) {
            return guest(domain.gcr3Table().get(), domain.domainId());
        }
        return domain.mode() == 0
                ? AmdDte.identity(domain.domainId())
                : AmdDte.host(domain.tableBase(), domain.mode(), domain.domainId(), false);
    }

    private static AmdDte guest(long gcr3, int domain) {
        return AmdDte.guest(gcr3, ONE_GCR3_LEVEL, GUEST_LEVELS, domain);
    }

    /** clear_dte_entry. */
    void clear(AmdDevData data) {
        segment.put(data.requesterId(), segment.entry(data.requesterId()).cleared());
    }
}
