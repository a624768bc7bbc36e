package org.iommulab.memory;

import org.iommulab.sim.Cursor;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/**
 * Records a small run and travels through it, so that the first jump in a long recording finds compiled code. For a
 * thread in the background while a window opens; takes some hundredths of a second.
 */
public final class WarmUp {
    private static final Term WORD = Term.hex("warm-up");
    private static final int STEPS = 20_000;
    private static final int JUMPS = 20;

    private WarmUp() {}

    /** @return the recording that was travelled through, at its end */
    public static Recording run() {
        var machine = Machine.recording();
        var memory = new PhysicalMemory(machine, 0, 1 << 14);
        int cell = machine.newCells(1);
        for (int i = 0; i < STEPS; i++) {
            machine.store(cell, i);
            memory.store64((8 * i) & (1 << 14) - 8, i);
            machine.emit(EventKind.TABLE_WRITE, Lane.DRIVER, WORD, 0, i, i);
        }
        var cursor = new Cursor(machine.finish());
        for (int i = 0; i < JUMPS; i++) {
            // Not to the very beginning, for which there is a short cut.
            cursor.go(STEPS / 4);
            cursor.go(STEPS - 1);
        }
        cursor.last();
        return cursor.recording();
    }
}
