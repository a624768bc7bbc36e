package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** Tables of context descriptors in memory: of one each, since no device of the lab has substreams. */
record SmmuV3CdTables(Site site) {
    private static final int PAGE = 4096;
    private static final List<Term> WORDS =
            List.of(Term.hex("CD word 0"), Term.hex("CD word 1"), Term.hex("CD word 2"), Term.hex("CD word 3"));

    /** arm_smmu_alloc_cd_tables: linear, of one descriptor. Memory for the unit comes in pages. */
    long allocate() {
        long table = site.frames().allocate(PAGE, PAGE);
        site.memory().clear(table, PAGE);
        return table;
    }

    /** arm_smmu_free_cd_tables. */
    void free() {
        site.frames().free(PAGE);
    }

    SmmuV3Cd read(long table) {
        var memory = site.memory();
        return new SmmuV3Cd(
                memory.read64(table), memory.read64(table + 8), memory.read64(table + 16), memory.read64(table + 24));
    }

    /** @param whose the domain or master that has the table, for the event */
    void write(SimObject whose, long table, int word, long value) {
        long at = table + 8L * word;
        site.memory().write64(at, value);
        site.kernel().machine().emit(EventKind.TABLE_WRITE, Lane.DRIVER, WORDS.get(word), whose, at, value);
    }
}
