package org.iommulab.backend.armsmmuv3;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** Makes an event of each entry that a walk reads. */
record SmmuV3WalkEvents(IommuUnit unit) implements SmmuV3Walk.Step {
    private static final Term[][] TERMS = {terms("stage 1"), terms("stage 2")};

    private static Term[] terms(String stage) {
        var terms = new Term[4];
        for (int level = 0; level < terms.length; level++) {
            terms[level] = Term.hex(stage + " L" + level + " entry");
        }
        return terms;
    }

    @Override
    public void read(SmmuV3Stage stage, int level, long table, int index, long entry) {
        int number = stage.shape().format().startLevel() + level;
        Term term = TERMS[stage.stageTwo() ? 1 : 0][number];
        unit.machine().emit(EventKind.WALK_READ, Lane.DMA, term, unit, table + index * 8L, entry);
    }
}
