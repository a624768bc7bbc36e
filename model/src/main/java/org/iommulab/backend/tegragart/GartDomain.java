package org.iommulab.backend.tegragart;

import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/** A domain of the GART: nothing but a name for the one aperture, as long as it is the active one. */
final class GartDomain extends IommuDomain {
    private final GartPages all;
    private final LongCell pages;

    GartDomain(Machine machine, int number, GartPages all) {
        super(machine, number);
        this.all = all;
        this.pages = new LongCell(this, Lane.DRIVER, Term.count("entries"));
    }

    /** Entries in the aperture that were written through this domain. The driver itself does not count them. */
    LongCell pages() {
        return pages;
    }

    @Override
    protected long pageSizes() {
        return GartLayout.PAGE;
    }

    @Override
    public long apertureEnd() {
        return GartLayout.APERTURE + GartLayout.ENTRIES * GartLayout.PAGE - 1;
    }

    /** {@inheritDoc} There is none; the aperture stands for it. */
    @Override
    public long tableBase() {
        return GartLayout.APERTURE;
    }

    /** {@inheritDoc} As long as entries of it are there, attached or not. */
    @Override
    public boolean isAt(long pointed) {
        return pointed == GartLayout.APERTURE && pages.isSet() && !freed().get();
    }

    @Override
    public long mappedPages() {
        return pages.get();
    }

    @Override
    public int tableCount() {
        return 0;
    }

    @Override
    public long lookUp(long iova) {
        return all.lookUp(this, iova);
    }
}
