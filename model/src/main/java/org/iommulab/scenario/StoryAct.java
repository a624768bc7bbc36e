package org.iommulab.scenario;

import java.util.function.LongSupplier;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * An action of a story, as the events speak of it: a chapter begins, and what is done runs as one call. Where a story
 * claims a group, it is the owner, too.
 */
public final class StoryAct extends SimObject {
    private static final Term CHAPTER = Term.of("chapter", "", Operand.NONE, Operand.NONE, Operand.NONE);
    private static final Term ACT = Term.of("act", "", Operand.NONE, Operand.NONE, Operand.ERRNO);

    private final String title;

    StoryAct(Machine machine, String title) {
        super(machine);
        this.title = title;
    }

    /**
     * Does something as an act of its own.
     *
     * @param deed returns 0 or more, or a negative errno
     * @return what the deed returned
     */
    public static long tell(Machine machine, String title, LongSupplier deed) {
        var act = new StoryAct(machine, title);
        machine.emit(EventKind.CHAPTER, Lane.USER, CHAPTER, act, 0, 0);
        return machine.call(Lane.USER, ACT, act, 0, 0, deed);
    }

    @Override
    public String label() {
        return title;
    }
}
