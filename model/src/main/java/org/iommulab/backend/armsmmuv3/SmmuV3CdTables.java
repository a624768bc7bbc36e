package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Tables of context descriptors in memory: linear, as the driver makes them up to 1,024 descriptors. For more it makes
 * two levels where the unit can, which the lab does not.
 */
record SmmuV3CdTables(Site site) {
    private static final int PAGE = 4096;
    private static final List<Term> WORDS =
            List.of(Term.hex("CD word 0"), Term.hex("CD word 1"), Term.hex("CD word 2"), Term.hex("CD word 3"));

    /** arm_smmu_alloc_cd_tables, of 2^bits descriptors. Memory for the unit comes in pages. */
    long allocate(int bits) {
        int bytes = bytes(bits);
        long table = site.frames().allocate(bytes, bytes);
        site.memory().clear(table, bytes);
        return table;
    }

    private static int bytes(int bits) {
        return Math.max(PAGE, SmmuV3Cd.BYTES << bits);
    }

    /** arm_smmu_free_cd_tables. */
    void free(int bits) {
        site.frames().free(bytes(bits));
    }

    /** The descriptor at this address. */
    SmmuV3Cd read(long at) {
        var memory = site.memory();
        return new SmmuV3Cd(memory.read64(at), memory.read64(at + 8), memory.read64(at + 16), memory.read64(at + 24));
    }

    /**
     * @param whose the domain or master that has the table, for the event
     * @param descriptor its address
     */
    void write(SimObject whose, long descriptor, int word, long value) {
        long at = descriptor + 8L * word;
        site.memory().write64(at, value);
        site.kernel().machine().emit(EventKind.TABLE_WRITE, Lane.DRIVER, WORDS.get(word), whose, at, value);
    }
}
