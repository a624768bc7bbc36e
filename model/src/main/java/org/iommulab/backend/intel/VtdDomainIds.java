package org.iommulab.backend.intel;

import java.util.stream.IntStream;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code iommu->domain_ids}: a unit's own numbers; two domains of different units may have the same. */
final class VtdDomainIds {
    /** The lab's machines have fewer domains than that; hardware has up to 65536 numbers. */
    private static final int WORDS = 32;

    private final LongCell[] used;

    VtdDomainIds(SimObject owner) {
        used = IntStream.range(0, WORDS)
                .mapToObj(i -> new LongCell(owner, Lane.DRIVER, Term.hex("domain_ids[" + i + "]")))
                .toArray(LongCell[]::new);
    }

    /** iommu_init_domains: 0 is no domain's, 1 is for identity and first-level entries. */
    void reserve() {
        used[0].setQuietly(1L << VtdLayout.NO_DOMAIN | 1L << VtdLayout.PASS_THROUGH_DOMAIN);
    }

    /** The smallest free number below {@code supported}; negative when there is none. */
    int allocate(int supported) {
        for (int word = 0; word < WORDS; word++) {
            int bit = Long.numberOfTrailingZeros(~used[word].get());
            int id = word * 64 + bit;
            if (bit < 64) {
                if (id >= supported) {
                    return -1;
                }
                used[word].setQuietly(used[word].get() | 1L << bit);
                return id;
            }
        }
        return -1;
    }

    /** One of a kernel before, which must not be given to anybody else. */
    void take(int id) {
        if (id / 64 < WORDS) {
            used[id / 64].setQuietly(used[id / 64].get() | 1L << id % 64);
        }
    }

    void free(int id) {
        used[id / 64].setQuietly(used[id / 64].get() & ~(1L << id % 64));
    }
}
