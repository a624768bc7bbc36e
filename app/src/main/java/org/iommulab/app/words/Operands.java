package org.iommulab.app.words;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/** Operands of events as a person reads them. */
final class Operands {
    private final Machine machine;

    Operands(Machine machine) {
        this.machine = machine;
    }

    /** The value as its kind says; empty for {@link Term.Operand#NONE}. */
    String text(Term.Operand kind, long value) {
        return switch (kind) {
            case NONE -> "";
            case OBJECT -> machine.labelOf(value);
            case HEX -> Hex.read(value);
            case DECIMAL -> Long.toString(value);
            case ERRNO -> Errno.describe(value);
            case YES_NO -> value == 0 ? "no" : "yes";
            case PHYS_AND_PAGES -> Hex.read(value >>> 24 << 12) + " (" + Sizes.of((value & 0xff_ffff) << 12) + ")";
            case PAGES_AND_PAGES -> Sizes.of(value >>> 32 << 12) + " and " + Sizes.of((value & 0xffff_ffffL) << 12);
        };
    }

    /** The arguments that say something: a missing second object does not. */
    List<String> arguments(Term term, long a, long b) {
        var texts = new ArrayList<String>();
        add(texts, term.a(), a);
        add(texts, term.b(), b);
        return texts;
    }

    private void add(List<String> texts, Term.Operand kind, long value) {
        if (kind != Term.Operand.NONE && !(kind == Term.Operand.OBJECT && value == 0)) {
            texts.add(text(kind, value));
        }
    }
}
