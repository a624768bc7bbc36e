package org.iommulab.backend.tegrasmmu;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableDomain;
import org.iommulab.backend.TableEvents;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct tegra_smmu_as}: an address space. It has a number (ASID) only as long as somebody uses it. */
final class TegraSmmuDomain extends TableDomain {
    private static final long LAST_ADDRESS = 0xffff_ffffL;

    private final RefCell<TegraSmmuData> smmu;
    private final LongCell id;
    private final LongCell useCount;
    private final TegraSmmuPageTable table;

    /** Its page directory is allocated with it; the page tables come with the first page of each. */
    TegraSmmuDomain(Site site, int number, TegraSmmuChip chip) {
        super(site.kernel(), number, TegraSmmuFormat.PAGE, LAST_ADDRESS, "as.lock");
        this.smmu = new RefCell<>(this, Lane.DRIVER, Term.reference("as.smmu"), TegraSmmuData.class);
        this.id = new LongCell(this, Lane.DRIVER, Term.count("as.id"));
        this.useCount = new LongCell(this, Lane.DRIVER, Term.count("as.use_count"));
        this.table = new TegraSmmuPageTable(
                site.kernel().machine(),
                site.memory(),
                site.frames(),
                chip.format(),
                this::flush,
                new TableEvents(this, List.of("pd", "pt")));
    }

    /** Where it is in use; NULL while it is not. */
    RefCell<TegraSmmuData> smmu() {
        return smmu;
    }

    /** Its number, while it is in use. */
    LongCell asid() {
        return id;
    }

    /** How many software groups of how many devices have been attached to it. */
    LongCell useCount() {
        return useCount;
    }

    /** smmu_flush_ptc, smmu_flush_tlb_section or _group, smmu_flush: after each entry that was written. */
    private void flush(int level, long address, long iova) {
        TegraSmmuData data = smmu.require();
        new TegraSmmuFlush(data.registers(), data.chip().caches(), (int) id.get()).entryWritten(level, address, iova);
    }

    @Override
    protected Translation table() {
        return table;
    }

    TegraSmmuPageTable pages() {
        return table;
    }

    @Override
    public long mappedPages() {
        return table.radix().mappedBytes() / TegraSmmuFormat.PAGE;
    }

    @Override
    public int tableCount() {
        int[] count = {0};
        table.radix().visitTables((level, address) -> count[0]++);
        return count[0];
    }
}
