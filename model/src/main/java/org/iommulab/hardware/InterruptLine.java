package org.iommulab.hardware;

import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recomputable;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.jspecify.annotations.Nullable;

/**
 * A wire from a unit to the CPU. The handler is called at once, inside the access that raised the line: on the machine
 * that is modelled the CPU would be interrupted there.
 */
public final class InterruptLine extends SimObject {
    private static final Term INTERRUPT =
            Term.of("interrupt", "", Term.Operand.YES_NO, Term.Operand.NONE, Term.Operand.NONE);

    private final String name;
    private final FlagCell connected;
    private final FlagCell level;

    @Recomputable
    private @Nullable Runnable handler;

    public InterruptLine(Machine machine, String name) {
        super(machine);
        this.name = name;
        this.connected = new FlagCell(this, Lane.HARDWARE, Term.flag("connected"));
        this.level = new FlagCell(this, Lane.HARDWARE, Term.flag("level"));
    }

    @Override
    public String label() {
        return name;
    }

    /**
     * A driver requests the interrupt. The handler itself is code, not state: whether it is called is decided by the
     * journaled flag, so that before this step nobody is called.
     */
    public void connect(Runnable newHandler) {
        handler = newHandler;
        connected.set(true);
    }

    /** The driver gives the interrupt back. */
    public void disconnect() {
        connected.set(false);
    }

    public boolean isRaised() {
        return level.get();
    }

    /** The unit pulls the line: its event, then the handler. */
    public void raise(IommuUnit unit) {
        level.setQuietly(true);
        machine().emit(EventKind.INTERRUPT, Lane.HARDWARE, INTERRUPT, unit, 1, 0);
        Runnable called = handler;
        if (connected.get() && called != null) {
            called.run();
        }
    }

    /** The unit lets go, when it was pulling. */
    public void lower(IommuUnit unit) {
        if (level.get()) {
            level.setQuietly(false);
            machine().emit(EventKind.INTERRUPT, Lane.HARDWARE, INTERRUPT, unit, 0, 0);
        }
    }
}
