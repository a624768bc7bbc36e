package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import org.iommulab.backend.armsmmuv3.SmmuV3Command.Answer;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Request;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Accesses that wait until software has looked at their fault (the architecture's stall model): each has a tag (STAG), by
 * which CMD_RESUME answers for it. That a unit holds a limited number of them (IDR5.STALL_MAX) is not modelled.
 */
final class SmmuV3Stalls {
    private static final Term HELD = Term.hex("stalled, waiting for RESUME");
    private static final Term RETRIED = Term.hex("RESUME: retry");
    private static final Term ENDED = Term.hex("RESUME: the access ends");
    private static final String CAUSE = "ended by RESUME";

    private final IommuUnit unit;
    private final BiFunction<DmaMaster, Request, Access> again;
    private final RefList<Held> held;
    private final LongCell lastTag;

    /** @param again translates an access once more */
    SmmuV3Stalls(IommuUnit unit, BiFunction<DmaMaster, Request, Access> again) {
        this.unit = unit;
        this.again = again;
        this.held = new RefList<>(unit, Held.class);
        this.lastTag = new LongCell(unit, Lane.HARDWARE, Term.count("last STAG"));
    }

    private static final class Held extends SimObject {
        private final DmaMaster master;
        private final Request request;
        private final int tag;
        private final FlagCell answered;
        /** Whether its device was told to wait. */
        private final FlagCell waits;

        private final LongCell answer;

        Held(DmaMaster master, Request request, int tag) {
            super(master.machine());
            this.master = master;
            this.request = request;
            this.tag = tag;
            this.answered = new FlagCell(this, Lane.HARDWARE, Term.flag("answered"));
            this.waits = new FlagCell(this, Lane.HARDWARE, Term.flag("waits"));
            this.answer = new LongCell(this, Lane.HARDWARE, Term.count("answer"));
        }

        @Override
        public String label() {
            return "stalled access " + tag + " of " + master.label();
        }
    }

    /**
     * An access waits.
     *
     * @param tell tells software of it, by its tag; the answer can come before that returns
     */
    Access hold(DmaMaster master, Request request, IntConsumer tell) {
        int tag = (int) lastTag.add(1) & 0xffff;
        var waiting = new Held(master, request, tag);
        held.add(waiting);
        emit(HELD, waiting);
        tell.accept(tag);
        if (!waiting.answered.get()) {
            waiting.waits.setQuietly(true);
            return new Access.Held();
        }
        held.remove(waiting);
        return answerOf(waiting) == Answer.RETRY ? again.apply(master, request) : new Access.Refused(CAUSE);
    }

    private static Answer answerOf(Held waiting) {
        return Answer.values()[(int) waiting.answer.get()];
    }

    /** CMD_RESUME; one for an access that does not wait does nothing. */
    void resume(int sid, int tag, Answer answer) {
        Optional<Held> found = held.toList().stream()
                .filter(each -> each.request.sid() == sid && each.tag == tag && !each.answered.get())
                .findFirst();
        if (found.isEmpty()) {
            return;
        }
        Held waiting = found.get();
        waiting.answer.setQuietly(answer.ordinal());
        waiting.answered.setQuietly(true);
        emit(answer == Answer.RETRY ? RETRIED : ENDED, waiting);
    }

    /** Once no command is being done: those that were answered after their device was told to wait end or go on. */
    void goOn() {
        for (Held waiting : held.toList()) {
            if (waiting.answered.get() && waiting.waits.get()) {
                held.remove(waiting);
                if (answerOf(waiting) == Answer.RETRY
                        && again.apply(waiting.master, waiting.request) instanceof Access.Pass(long output)) {
                    waiting.master.goOn(waiting.request.input(), output, waiting.request.write());
                }
            }
        }
    }

    private void emit(Term term, Held waiting) {
        unit.machine().emit(EventKind.DATA, Lane.DMA, term, unit, waiting.request.input(), waiting.tag);
    }
}
