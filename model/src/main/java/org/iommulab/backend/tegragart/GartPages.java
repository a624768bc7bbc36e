package org.iommulab.backend.tegragart;

import org.iommulab.sim.Machine;

/**
 * Which domain wrote which entry. The driver keeps no such list, and the hardware's entries have no owner: this is for
 * those who look.
 */
final class GartPages {
    private static final int CELLS = 2;

    private final Machine machine;
    private final int cells;

    GartPages(Machine machine) {
        this.machine = machine;
        this.cells = machine.newCells(GartLayout.ENTRIES * CELLS);
    }

    private int owner(long iova) {
        return cells + (int) ((iova - GartLayout.APERTURE) / GartLayout.PAGE) * CELLS;
    }

    void mapped(GartDomain domain, long iova, long physical) {
        unmapped(iova);
        domain.pages().setQuietly(domain.pages().get() + 1);
        machine.store(owner(iova), domain.id());
        machine.store(owner(iova) + 1, physical & GartLayout.PAGE_MASK);
    }

    void unmapped(long iova) {
        int id = (int) machine.load(owner(iova));
        if (id != 0) {
            var before = (GartDomain) machine.object(id);
            before.pages().setQuietly(before.pages().get() - 1);
            machine.store(owner(iova), 0);
        }
    }

    /** The page behind an address, 0 where the domain has none. */
    long lookUp(GartDomain domain, long iova) {
        boolean inside =
                iova >= GartLayout.APERTURE && iova < GartLayout.APERTURE + GartLayout.ENTRIES * GartLayout.PAGE;
        return inside && machine.load(owner(iova)) == domain.id() ? machine.load(owner(iova) + 1) : 0;
    }
}
