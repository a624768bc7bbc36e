package org.iommulab.backend.s390;

import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.sim.SimObject;

/** A region table with what is below it, as dma_alloc_cpu_table makes one: a domain's, or one of the platform's own. */
final class S390Table extends SimObject {
    private final SimObject owner;
    private final S390PageTable table;

    S390Table(Site site, SimObject owner, S390Warnings warnings) {
        super(owner.machine());
        this.owner = owner;
        // one past the last address, since map wants a range to end before its aperture does; who calls looks closer
        this.table = new S390PageTable(
                site.memory(),
                site.frames(),
                0,
                S390Format.REACH,
                new TableEvents(owner, S390Format.levelNames()),
                warnings);
    }

    @Override
    public String label() {
        return "table of " + owner.label();
    }

    S390PageTable entries() {
        return table;
    }

    /** Physical address of the region table. */
    long base() {
        return table.base();
    }

    int tableCount() {
        int[] count = {0};
        table.visitTables((level, address) -> count[0]++);
        return count[0];
    }

    /** dma_cleanup_tables. */
    void free() {
        table.free();
    }
}
