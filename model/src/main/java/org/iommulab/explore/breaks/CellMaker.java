package org.iommulab.explore.breaks;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.explore.why.Chain;
import org.iommulab.sim.Term;

/** Makes cells of what was found out. */
final class CellMaker {
    private final LevelKernel on;
    private final Subject subject;

    CellMaker(LevelKernel on, Subject subject) {
        this.on = on;
        this.subject = subject;
    }

    Cell notThere(Tampering tampering) {
        return plain(tampering, Optional.empty(), Effect.NOT_THERE, "the driver has none");
    }

    Cell neverCalled(Tampering tampering, Unbroken unbroken) {
        return plain(tampering, Optional.of(unbroken), Effect.NEVER_CALLED, "nothing looks for it in this story");
    }

    private Cell plain(Tampering tampering, Optional<Unbroken> unbroken, Effect effect, String why) {
        return new Cell(
                subject,
                tampering,
                function(tampering),
                on.level(),
                unbroken.map(Unbroken::file),
                effect,
                Set.of(effect),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                why,
                List.of());
    }

    Cell compared(Tampering tampering, Comparison runs) {
        Set<Effect> effects = runs.effects().isEmpty() ? EnumSet.of(Effect.NO_EFFECT) : runs.effects();
        Effect worst = Collections.max(effects);
        List<Chain.Link> chain = worst.isBroken() ? runs.chain(tampering) : List.of();
        return new Cell(
                subject,
                tampering,
                function(tampering),
                on.level(),
                Optional.of(runs.broken().file()),
                worst,
                effects,
                runs.error(),
                Divergences.of(runs),
                runs.rule(),
                runs.signs().stream().findFirst().map(harm -> new Chain.Link(harm.step(), harm.words())),
                worst.isBroken() ? Chain.sentence(chain) : "the run does without it",
                chain);
    }

    private String function(Tampering tampering) {
        return on.function(tampering.driver(), tampering.callback())
                .map(Term::name)
                .orElse("");
    }
}
