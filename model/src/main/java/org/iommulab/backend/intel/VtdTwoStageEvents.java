package org.iommulab.backend.intel;

import org.iommulab.backend.intel.VtdTranslator.Tables;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** Makes an event of each entry that a walk of two stages reads. */
record VtdTwoStageEvents(IommuUnit unit) implements VtdTwoStages.Step {
    private static final Term[][] TERMS = {terms("stage 1"), terms("stage 2")};

    private static Term[] terms(String stage) {
        var terms = new Term[5];
        for (int level = 0; level < terms.length; level++) {
            terms[level] = Term.hex(stage + ", level " + (level + 1) + " entry");
        }
        return terms;
    }

    @Override
    public void read(Tables tables, int level, long at, long entry) {
        VtdFormat format = tables.format();
        Term term = TERMS[format.stage() == VtdFormat.Stage.FIRST ? 0 : 1][format.number(level) - 1];
        unit.machine().emit(EventKind.WALK_READ, Lane.DMA, term, unit, at, entry);
    }
}
