package org.iommulab.app.bench;

import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A made-up run with one event and one and a half changes a step, as a driver that fills its tables has: a field
 * changes, an entry of a table is written.
 */
final class Steps {
    private static final Term FIELD = Term.count("field");
    private static final Term ENTRY = Term.hex("entry");
    private static final long RAM = 0x4000_0000L;
    private static final int TABLES = 1 << 20;

    private static final class Owner extends SimObject {
        final LongCell field = new LongCell(this, Lane.CORE, FIELD);

        Owner(Machine machine) {
            super(machine);
        }

        @Override
        public String label() {
            return "owner " + id();
        }
    }

    private final Machine machine;
    private final PhysicalMemory memory;
    private final Owner[] owners = new Owner[64];
    private long random = 1;

    Steps(Machine machine) {
        this.machine = machine;
        memory = new PhysicalMemory(machine, RAM, TABLES);
        memory.offset(RAM + TABLES - 8, 8);
        for (int i = 0; i < owners.length; i++) {
            owners[i] = new Owner(machine);
        }
    }

    /** A machine after so many steps, an even number. */
    static Machine run(Machine machine, int steps) {
        var run = new Steps(machine);
        for (int i = 0; i < steps; i += 2) {
            run.twoSteps();
        }
        return machine;
    }

    private void twoSteps() {
        random = random * 6364136223846793005L + 1442695040888963407L;
        var owner = owners[(int) (random >>> 58)];
        owner.field.set(random);
        int offset = (int) (random >>> 40) & TABLES - 8;
        memory.store64(offset, random | 1);
        owner.field.setQuietly(offset);
        machine.emit(EventKind.TABLE_WRITE, Lane.DRIVER, ENTRY, owner, RAM + offset, random);
    }
}
