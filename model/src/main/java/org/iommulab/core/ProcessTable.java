package org.iommulab.core;

import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A process's address space ({@code struct mm_struct}), as far as IOMMUs have to do with it: its table, its PASID, and the
 * domains that are told when it changes (mmu notifiers).
 */
public abstract class ProcessTable extends SimObject {
    private final LongCell pasid;
    private final RefList<IommuDomain> domains;

    protected ProcessTable(Machine machine) {
        super(machine);
        this.pasid = new LongCell(this, Lane.CORE, Term.count("iommu_mm.pasid"));
        this.domains = new RefList<>(this, IommuDomain.class);
    }

    /** Physical address of the top table that the CPU walks for the process ({@code mm->pgd}). */
    public abstract long root();

    /**
     * handle_mm_fault for a device: whether the process may do that there, and now the page is in its table.
     */
    public abstract boolean fault(long address, boolean read, boolean write);

    public final boolean hasPasid() {
        return pasid.isSet();
    }

    /** 0 until it is bound for the first time. */
    public final int pasid() {
        return (int) pasid.get();
    }

    final void setPasid(int value) {
        pasid.set(value);
    }

    /** {@code iommu_mm->sva_domains}, the latest first: one for each IOMMU instance. */
    public final RefList<IommuDomain> domains() {
        return domains;
    }

    /** A domain that keeps up with the process's table (arch_invalidate_secondary_tlbs). */
    public interface Follower {
        /** These addresses were unmapped or changed, up to but without {@code end}. */
        void changed(long start, long end);
    }
}
