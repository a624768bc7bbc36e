package org.iommulab.backend.s390;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** {@code struct s390_domain}: a region table and the functions that are attached. */
final class S390Domain extends IommuDomain {
    private static final long ANY_ORDER = -S390Format.PAGE;

    private final boolean anyOrder;
    private final S390Table table;
    private final RefList<Zdev> devices;
    private final SpinLock listLock;
    private final SpinLock tableLock;
    private final LongCell apertureFirst;
    private final LongCell apertureLast;

    /** @param number its place among the domains of this boot, for its label */
    S390Domain(Site site, int number, S390Warnings warnings) {
        super(site.kernel().machine(), number);
        this.anyOrder = !site.kernel().since(Version.V6_2);
        this.table = new S390Table(site, this, warnings);
        this.devices = new RefList<>(this, Zdev.class);
        this.listLock = new SpinLock(site.kernel(), this, "s390_domain.list_lock");
        this.tableLock = new SpinLock(site.kernel(), this, "s390_domain.dma_table_lock");
        this.apertureFirst = new LongCell(this, Lane.DRIVER, Term.hex("geometry.aperture_start"));
        this.apertureLast = new LongCell(this, Lane.DRIVER, Term.hex("geometry.aperture_end"));
    }

    S390Table table() {
        return table;
    }

    /** The functions of the domain, the latest first, as list_add puts them. */
    List<Zdev> attached() {
        return devices.toList().reversed();
    }

    RefList<Zdev> devices() {
        return devices;
    }

    SpinLock listLock() {
        return listLock;
    }

    /** Guards the table up to v6.1; from then on entries are exchanged without a lock. */
    SpinLock tableLock() {
        return tableLock;
    }

    /** What may be mapped. Up to v6.1 nothing before the first attach, which brings the function's window. */
    void setAperture(long first, long last) {
        apertureFirst.setQuietly(first);
        apertureLast.setQuietly(last);
    }

    @Override
    public long apertureStart() {
        return apertureFirst.get();
    }

    @Override
    public long apertureEnd() {
        return apertureLast.get();
    }

    /** Up to v6.1 every multiple of 4 KiB counts for a page, though each is split. */
    @Override
    protected long pageSizes() {
        return anyOrder ? ANY_ORDER : S390Format.PAGE;
    }

    @Override
    public long tableBase() {
        return table.base();
    }

    @Override
    public long mappedPages() {
        return table.entries().mappedPages();
    }

    @Override
    public int tableCount() {
        return table.tableCount();
    }

    @Override
    public long lookUp(long iova) {
        if (Long.compareUnsigned(iova, S390Format.REACH) >= 0) {
            return 0;
        }
        long address = table.entries().translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }
}
