package org.iommulab.backend.ipmmu;

import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.IoPgtableDomain;
import org.iommulab.backend.LpaeIoPgtable;
import org.iommulab.backend.Site;
import org.iommulab.backend.ipmmu.IpmmuLayout.Register;
import org.iommulab.core.IotlbGather;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Mutex;
import org.iommulab.pagetable.lpae.LpaeRegisters;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/**
 * {@code struct ipmmu_vmsa_domain}: a context of a root IPMMU with its tables. Each register of the context that matters
 * to caches is written in the leaf first, then in the root.
 */
final class IpmmuDomain extends IoPgtableDomain<LpaeIoPgtable> implements IoPgtable.FlushOps {
    private final RefCell<IpmmuDevice> mmu;
    private final LongCell contextId;
    private final Mutex mutex;

    IpmmuDomain(Site site, int number) {
        super(site.kernel().machine(), number, "domain.iop", LpaeIoPgtable.class);
        this.mmu = new RefCell<>(this, Lane.DRIVER, Term.reference("domain.mmu"), IpmmuDevice.class);
        this.contextId = new LongCell(this, Lane.DRIVER, Term.count("domain.context_id"));
        this.mutex = new Mutex(site.kernel(), this, "domain.mutex");
    }

    /** The leaf whose masters it serves; NULL before the first attach. */
    RefCell<IpmmuDevice> mmu() {
        return mmu;
    }

    int contextId() {
        return (int) contextId.get();
    }

    Mutex mutex() {
        return mutex;
    }

    private IpmmuDevice root() {
        return mmu.require().root().require();
    }

    @Override
    protected long pageSizes() {
        return IpmmuLayout.FORMAT.config().pageSizes();
    }

    // ---- the context's registers

    private void writeAll(Register register, int value) {
        if (!root().equals(mmu.require())) {
            mmu.require().write(register, contextId(), value);
        }
        root().write(register, contextId(), value);
    }

    /** ipmmu_domain_init_context: 0, or -EBUSY when the root has no context left. */
    long initContext(Site site) {
        var context = root().allocate(this);
        if (context.isEmpty()) {
            return Errno.EBUSY.negative();
        }
        contextId.set(context.getAsInt());
        pgtable().set(new LpaeIoPgtable(site, this, IpmmuLayout.FORMAT, this));
        setupContext();
        return 0;
    }

    /** ipmmu_domain_setup_context. */
    private void setupContext() {
        var values = (LpaeRegisters.StageOne) pgtable().require().table().registers();
        IpmmuDevice root = root();
        int context = contextId();
        root.write(Register.IMTTLBR0, context, (int) values.ttbr());
        root.write(Register.IMTTUBR0, context, (int) (values.ttbr() >>> 32));
        root.write(Register.IMTTBCR, context, root.generation().control());
        root.write(Register.IMMAIR0, context, (int) values.mair());
        if (root.generation().programsBus()) {
            int kept = root.read(Register.IMBUSCR, context) & ~(IpmmuLayout.IMBUSCR_DVM | IpmmuLayout.IMBUSCR_BUSSEL);
            root.write(Register.IMBUSCR, context, kept);
        }
        root.write(Register.IMSTR, context, root.read(Register.IMSTR, context));
        writeAll(Register.IMCTR, IpmmuLayout.IMCTR_INTEN | IpmmuLayout.IMCTR_FLUSH | IpmmuLayout.IMCTR_MMUEN);
    }

    /** ipmmu_domain_destroy_context: the context goes off and is free; micro-TLBs that use it are not touched. */
    void destroyContext() {
        if (mmu.isNull()) {
            return;
        }
        writeAll(Register.IMCTR, IpmmuLayout.IMCTR_FLUSH);
        sync();
        root().release(contextId());
    }

    // ---- invalidation: always everything

    /** ipmmu_tlb_sync; the kernel polls up to 100 times, the emulated unit is done at once. */
    private void sync() {
        root().read(Register.IMCTR, contextId());
    }

    /** ipmmu_tlb_invalidate. */
    private void invalidate() {
        int control = root().read(Register.IMCTR, contextId()) | IpmmuLayout.IMCTR_FLUSH;
        writeAll(Register.IMCTR, control);
        sync();
    }

    @Override
    public void flushAll() {
        if (!mmu.isNull()) {
            invalidate();
        }
    }

    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        flushAll();
    }

    /** There is no tlb_add_page: a page that was unmapped stays cached until iotlb_sync. */
    @Override
    public void addPage(IotlbGather gather, long iova, long granule) {}
}
