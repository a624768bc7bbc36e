package org.iommulab.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.ConfigValue;

/**
 * What should come of a whole run.
 *
 * @param when options of the kernel's configuration for which this holds
 * @param lane the lane of the story in which this counts
 * @param outcome how it ends
 * @param because text that the outcome's reason must hold
 * @param rules keys of the rules that break, no more and no less; not judged when missing
 * @param log texts that lines of the kernel log must hold, in this order
 */
public record RunExpectation(
        Map<String, ConfigValue> when,
        Optional<String> lane,
        Ending outcome,
        Optional<String> because,
        Optional<List<String>> rules,
        List<String> log)
        implements Conditional {
    public RunExpectation {
        when = Collections.unmodifiableMap(new LinkedHashMap<>(when));
        rules = rules.map(List::copyOf);
        log = List.copyOf(log);
    }

    /** The words of {@link Outcome#word()}. */
    public enum Ending {
        OK,
        BROKEN,
        OOPS,
        HANG
    }
}
