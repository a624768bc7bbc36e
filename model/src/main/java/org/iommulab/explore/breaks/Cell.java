package org.iommulab.explore.breaks;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.explore.why.Chain;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;

/**
 * One tampering in one story on one kernel.
 *
 * @param function the driver's function behind the callback; empty when it is not there
 * @param story empty for {@link Effect#NOT_THERE}, which needs no run: one such cell for all stories of the subject
 * @param effect the worst of {@code effects}
 * @param effects everything that the broken run shows more than the unbroken one
 * @param error the first error that a caller gets and does not get in the unbroken run: {@code -EBUSY}
 * @param divergence the first event that differs; empty when the runs are the same
 * @param rule the first rule broken
 * @param harm the first WARN, fault, error, wrong data or death in one clause; empty when there is none
 * @param why one sentence from the tampering to the harm: the chain's words, joined by arrows
 * @param chain the same as places in the broken recording, the tampering first; empty when nothing broke
 */
public record Cell(
        Subject subject,
        Tampering tampering,
        String function,
        Level level,
        Optional<ScenarioFile> story,
        Effect effect,
        Set<Effect> effects,
        Optional<String> error,
        Optional<Divergence> divergence,
        Optional<BrokenRule> rule,
        Optional<Chain.Link> harm,
        String why,
        List<Chain.Link> chain) {
    public Cell {
        var copy = EnumSet.noneOf(Effect.class);
        copy.addAll(effects);
        effects = Collections.unmodifiableSet(copy);
        chain = List.copyOf(chain);
    }

    /** The same cell of another story or on another kernel, where the same runs come out. */
    Cell of(ScenarioFile otherStory, Level other) {
        return new Cell(
                subject,
                tampering,
                function,
                other,
                Optional.of(otherStory),
                effect,
                effects,
                error,
                divergence,
                rule,
                harm,
                why,
                chain);
    }

    public String driver() {
        return subject.driver();
    }

    public Callback callback() {
        return tampering.callback();
    }

    /** The story's short name; {@code -} where there is none. */
    public String storyName() {
        return story.map(file -> file.scenario().id()).orElse("-");
    }
}
