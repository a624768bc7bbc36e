package org.iommulab.backend.riscv;

import java.util.stream.IntStream;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code riscv_iommu_pscids}: one number for each domain, the same on all units; 0 is nobody's. */
final class RiscvPscids {
    /** The lab's machines have fewer domains than that; there are 2^20 numbers. */
    private static final int WORDS = 32;

    private final LongCell[] used;

    RiscvPscids(SimObject owner) {
        used = IntStream.range(0, WORDS)
                .mapToObj(i -> new LongCell(owner, Lane.DRIVER, Term.hex("riscv_iommu_pscids[" + i + "]")))
                .toArray(LongCell[]::new);
    }

    /** ida_alloc_range: the smallest free number from 1 on; 0 when there is none. */
    int allocate() {
        for (int word = 0; word < WORDS; word++) {
            long taken = used[word].get() | (word == 0 ? 1 : 0);
            int bit = Long.numberOfTrailingZeros(~taken);
            if (bit < Long.SIZE) {
                used[word].setQuietly(used[word].get() | 1L << bit);
                return word * Long.SIZE + bit;
            }
        }
        return 0;
    }

    void free(int pscid) {
        LongCell word = used[pscid / Long.SIZE];
        word.setQuietly(word.get() & ~(1L << pscid % Long.SIZE));
    }
}
