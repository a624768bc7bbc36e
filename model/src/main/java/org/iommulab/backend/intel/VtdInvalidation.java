package org.iommulab.backend.intel;

import org.iommulab.backend.intel.VtdTlb.Tag;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Drops what the unit keeps, whether a register or the queue asks for it. */
final class VtdInvalidation {
    private static final Term CONTEXT = Term.of("context cache", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term IOTLB = Term.of("IOTLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term PASID = Term.of("PASID cache", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final IommuUnit unit;
    private final VtdContextTable contexts;
    private final VtdPasidTable pasids;
    private final VtdTlb tlb;

    VtdInvalidation(IommuUnit unit, VtdContextTable contexts, VtdPasidTable pasids, VtdTlb tlb) {
        this.unit = unit;
        this.contexts = contexts;
        this.pasids = pasids;
        this.tlb = tlb;
    }

    private void dropped(Term term, long what, int count) {
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, term, unit, what, count);
    }

    /** Everything (SRTP of units that do so). */
    void all() {
        dropped(CONTEXT, 0, contexts.drop(VtdDescriptor.GLOBAL, 0, 0, 0));
        dropped(PASID, 0, pasids.drop(VtdDescriptor.EVERYTHING, 0, 0));
        dropped(IOTLB, 0, tlb.dropAll());
    }

    void contexts(int granularity, int domain, int source, int functionMask) {
        dropped(CONTEXT, source, contexts.drop(granularity, domain, source, functionMask));
    }

    /** Second-level translations; of a whole domain its first-level ones too. */
    void iotlb(int granularity, int domain, long address, int mask, boolean leavesOnly) {
        int count = switch (granularity) {
            case VtdDescriptor.GLOBAL -> tlb.dropAll();
            case VtdDescriptor.DOMAIN -> tlb.drop(domain);
            case VtdDescriptor.PAGES ->
                tlb.drop(Tag.second(domain), address, mask, leavesOnly) + tlb.dropNested(domain);
            default -> 0;
        };
        dropped(IOTLB, granularity == VtdDescriptor.PAGES ? address : domain, count);
    }

    void pasids(int granularity, int domain, int pasid) {
        dropped(PASID, pasid, pasids.drop(granularity, domain, pasid));
    }

    /** What a PASID has; second-level translations are not tagged with one. */
    void pasidIotlb(int granularity, int domain, int pasid, long address, int mask, boolean leavesOnly) {
        Tag tag = Tag.first(domain, pasid);
        int count = granularity == VtdDescriptor.PASID_PAGES ? tlb.drop(tag, address, mask, leavesOnly) : tlb.drop(tag);
        dropped(IOTLB, address, count);
    }
}
