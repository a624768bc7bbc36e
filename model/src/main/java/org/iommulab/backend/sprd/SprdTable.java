package org.iommulab.backend.sprd;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.sim.SimObject;

/** The memory of a domain's table ({@code dom->pgt_va}): what an attach allocates. */
final class SprdTable extends SimObject {
    private final SimObject domain;
    private final SprdPageTable table;

    SprdTable(Site site, SimObject domain) {
        super(domain.machine());
        this.domain = domain;
        this.table = new SprdPageTable(site.memory(), site.frames(), new TableEvents(domain, List.of("pgt")));
    }

    @Override
    public String label() {
        return domain.label() + " table";
    }

    SprdPageTable table() {
        return table;
    }
}
