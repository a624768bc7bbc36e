package org.iommulab.backend;

import java.util.List;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Writes the events of a driver's page table: entries, and memory taken and given back. */
public final class TableEvents implements TableListener {
    private final Machine machine;
    private final int owner;
    private final Term[] entryTerms;
    private final Term[] tableTerms;

    /**
     * @param owner whose table it is: the domain
     * @param levels the driver's name of each level, the root's first; {@code lv1} makes the terms {@code lv1 entry} and
     *     {@code lv1 table}
     */
    public TableEvents(SimObject owner, List<String> levels) {
        this.machine = owner.machine();
        this.owner = owner.id();
        this.entryTerms = levels.stream().map(l -> Term.hex(l + " entry")).toArray(Term[]::new);
        this.tableTerms = levels.stream().map(l -> tableTerm(l + " table")).toArray(Term[]::new);
    }

    /** The term of an event {@link EventKind#MEMORY} for a table. */
    public static Term tableTerm(String name) {
        return Term.of(name, "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    }

    @Override
    public void entryWritten(int level, long address, long value) {
        machine.emit(EventKind.TABLE_WRITE, Lane.DRIVER, entryTerms[level], owner, address, value);
    }

    @Override
    public void tableAllocated(int level, long address, long bytes) {
        machine.emit(EventKind.MEMORY, Lane.DRIVER, tableTerms[level], owner, address, bytes);
    }

    @Override
    public void tableFreed(int level, long address, long bytes) {
        machine.emit(EventKind.MEMORY, Lane.DRIVER, tableTerms[level], owner, address, -bytes);
    }
}
