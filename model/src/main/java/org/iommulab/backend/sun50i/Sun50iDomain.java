package org.iommulab.backend.sun50i;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct sun50i_iommu_domain}: a directory, the IOMMU that has it, and a count that starts one too high. */
final class Sun50iDomain extends IommuDomain {
    private static final Term SATURATE = Term.function("refcount_warn_saturate", "lib/refcount.c");
    private static final Term ADDITION_ON_0 = LogText.of("<4>refcount_t: addition on 0; use-after-free.");
    /** REFCOUNT_SATURATED (include/linux/refcount.h). */
    private static final long SATURATED = -0x4000_0000L;

    private final Kernel kernel;
    private final Sun50iPageTable table;
    private final LongCell refcnt;
    private final RefCell<Sun50iIommu> iommu;

    /** sun50i_iommu_domain_alloc: with its directory; the count is 1 although nobody is attached. */
    Sun50iDomain(Site site, int number) {
        super(site.kernel().machine(), number);
        this.kernel = site.kernel();
        this.table = new Sun50iPageTable(site.memory(), site.frames(), new TableEvents(this, List.of("dt", "pt")));
        this.refcnt = new LongCell(this, Lane.DRIVER, Term.count("domain.refcnt"));
        this.iommu = new RefCell<>(this, Lane.DRIVER, Term.reference("domain.iommu"), Sun50iIommu.class);
        refcnt.setQuietly(1);
    }

    Sun50iPageTable table() {
        return table;
    }

    /** The IOMMU, from the first attach on for good; NULL before. */
    RefCell<Sun50iIommu> iommu() {
        return iommu;
    }

    long references() {
        return refcnt.get();
    }

    /** refcount_inc. */
    void hold() {
        if (refcnt.get() == 0) {
            refcnt.set(SATURATED);
            kernel.log().warn(SATURATE, ADDITION_ON_0, this, 0);
        } else if (refcnt.get() > 0) {
            refcnt.add(1);
        }
    }

    /** refcount_dec_and_test: whether it is 0 now. */
    boolean drop() {
        return refcnt.get() > 0 && refcnt.add(-1) == 0;
    }

    @Override
    protected long pageSizes() {
        return Sun50iFormat.PAGE;
    }

    @Override
    public long apertureEnd() {
        return 0xffff_ffffL;
    }

    @Override
    public long tableBase() {
        return table.base();
    }

    @Override
    public long mappedPages() {
        return table.radix().mappedBytes() / Sun50iFormat.PAGE;
    }

    @Override
    public int tableCount() {
        int[] count = new int[1];
        table.radix().visitTables((level, address) -> count[0]++);
        return count[0];
    }

    @Override
    public long lookUp(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }
}
