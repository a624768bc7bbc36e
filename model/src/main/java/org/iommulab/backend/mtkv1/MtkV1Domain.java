package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct mtk_iommu_v1_domain}. Only the first one that is attached gets a table; all others stay shells. */
final class MtkV1Domain extends IommuDomain {
    /** Every size from 4 KiB on ({@code ~0UL << 12}, 32 bits), up to v6.1. */
    private static final long ALL_SIZES = 0xffff_f000L;

    private static final long LAST_32_BIT = 0xffff_ffffL;

    private final Kernel kernel;
    private final RefCell<Table> table;
    private final RefCell<MtkV1Data> data;
    private final SpinLock tableLock;

    /** Its 4 MiB ({@code dom->pgt_va}). */
    private static final class Table extends SimObject {
        private final MtkV1PageTable pages;

        Table(Site site, MtkV1Domain domain) {
            super(domain.machine());
            this.pages = new MtkV1PageTable(
                    site.memory(),
                    site.frames(),
                    site.kernel().since(Version.V6_2)
                            ? MtkV1PageTable.Occupied.KEEP
                            : MtkV1PageTable.Occupied.TAKE_BACK,
                    new TableEvents(domain, List.of("pgt")));
        }

        @Override
        public String label() {
            return "the M4U's table";
        }
    }

    MtkV1Domain(Kernel kernel, int number) {
        super(kernel.machine(), number);
        this.kernel = kernel;
        this.table = new RefCell<>(this, Lane.DRIVER, Term.reference("dom.pgt_va"), Table.class);
        this.data = new RefCell<>(this, Lane.DRIVER, Term.reference("dom.data"), MtkV1Data.class);
        this.tableLock = new SpinLock(kernel, this, "dom.pgtlock");
    }

    /** mtk_iommu_v1_domain_finalise, as far as it is the domain's: the table. */
    void allocateTable(Site site) {
        table.set(new Table(site, this));
    }

    /** dom.data; NULL for a shell. */
    RefCell<MtkV1Data> data() {
        return data;
    }

    SpinLock tableLock() {
        return tableLock;
    }

    /** dom.pgt_va; NULL for a shell. */
    Optional<MtkV1PageTable> pages() {
        return table.get().map(t -> t.pages);
    }

    @Override
    protected long pageSizes() {
        return kernel.since(Version.V6_2) ? MtkV1Format.PAGE : ALL_SIZES;
    }

    @Override
    public long apertureEnd() {
        return LAST_32_BIT;
    }

    @Override
    public long tableBase() {
        return pages().map(p -> p.base()).orElse(0L);
    }

    @Override
    public long mappedPages() {
        return pages().map(p -> p.mappedPages()).orElse(0L);
    }

    @Override
    public int tableCount() {
        return table.isNull() ? 0 : 1;
    }

    @Override
    public long lookUp(long iova) {
        return pages().map(p -> p.iovaToPhys(iova)).orElse(0L);
    }
}
