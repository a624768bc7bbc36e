package org.iommulab.explore.breaks;

import java.util.function.Predicate;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;

/** Judges a run. */
@FunctionalInterface
interface FirstBreaches {
    /**
     * Where rules break for the first time.
     *
     * @param first the first step that is judged
     * @param about which rules
     */
    RuleHistory from(int first, Predicate<Rule> about);
}
