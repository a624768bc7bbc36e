package org.iommulab.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.ConfigValue;

/**
 * What should come of one action.
 *
 * @param when options of the kernel's configuration for which this holds
 * @param lane the lane of the story in which this counts
 * @param result {@code 0}, {@code -EBUSY}, a number; not judged when missing
 * @param log texts that lines of the log must hold, in this order, while the action runs
 * @param warn kernel functions whose WARN must fire while the action runs, in this order
 */
public record ActExpectation(
        Map<String, ConfigValue> when,
        Optional<String> lane,
        Optional<String> result,
        List<String> log,
        List<String> warn)
        implements Conditional {
    public ActExpectation {
        when = Collections.unmodifiableMap(new LinkedHashMap<>(when));
        log = List.copyOf(log);
        warn = List.copyOf(warn);
    }
}
