package org.iommulab.backend.amd;

import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** domain_id_alloc and domain_id_free: the smallest number that is free; 0 means "none". */
final class AmdDomainIds {
    private final LongCell used;

    AmdDomainIds(SimObject owner) {
        used = new LongCell(owner, Lane.DRIVER, Term.hex("pd_alloc_bitmap"));
        used.setQuietly(1);
    }

    // The kernel has 65536 of them; the boards of the lab never have more than 63 domains at a time.
    int allocate() {
        int id = Long.numberOfTrailingZeros(~used.get());
        used.setQuietly(used.get() | 1L << id);
        return id;
    }

    /** One of a kernel before, which must not be given to anybody else. */
    void take(int id) {
        if (id < Long.SIZE) {
            used.setQuietly(used.get() | 1L << id);
        }
    }

    void free(int id) {
        used.setQuietly(used.get() & ~(1L << id));
    }
}
