package org.iommulab.scenario;

import java.util.Map;
import org.iommulab.board.ConfigValue;

/** An expectation that holds only for some configurations of the kernel. */
public sealed interface Conditional permits ActExpectation, RunExpectation {
    /** Options and the values they must have, without {@code CONFIG_}; empty for every configuration. */
    Map<String, ConfigValue> when();

    /** @param config every option that the kernel was built with */
    default boolean holdsFor(Map<String, Boolean> config) {
        return when().entrySet().stream()
                .allMatch(e ->
                        config.getOrDefault(e.getKey(), false) == e.getValue().isYes());
    }
}
