package org.iommulab.backend.amd;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * Writes an event for each entry that a walk reads.
 *
 * @param unit whose walk it is
 */
record AmdWalkEvents(IommuUnit unit) implements AmdWalker.Step {
    @Override
    public void read(AmdWalker.Kind kind, int height, long table, int index, long entry) {
        String name = kind == AmdWalker.Kind.GCR3 ? "GCR3 entry" : "level " + height + " entry";
        unit.machine().emit(EventKind.WALK_READ, Lane.DMA, Term.hex(name), unit, table + index * 8L, entry);
    }
}
