package org.iommulab.app.story;

import java.util.Optional;
import org.iommulab.scenario.Outcome;

/** The style class that gives an outcome its colour and its shape. */
final class OutcomeMark {
    private OutcomeMark() {}

    static String styleClass(Optional<Outcome> outcome) {
        return "outcome-" + outcome.map(Outcome::word).orElse("unknown");
    }

    static String sentence(Optional<Outcome> outcome) {
        return outcome.map(Outcome::text).orElse("still running");
    }
}
