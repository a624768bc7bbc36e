package org.iommulab.scenario;

import java.util.Map;
import java.util.Optional;
import org.iommulab.board.ConfigValue;

/** An expectation that holds only for some configurations of the kernel, or in one lane of the story. */
public sealed interface Conditional permits ActExpectation, RunExpectation {
    /** Options and the values they must have, without {@code CONFIG_}; empty for every configuration. */
    Map<String, ConfigValue> when();

    /** The lane of the story in which it counts; empty for all. */
    Optional<String> lane();

    /** Whether it counts always. */
    default boolean unconditional() {
        return when().isEmpty() && lane().isEmpty();
    }

    /** @param config every option that the kernel was built with */
    default boolean holdsFor(Map<String, Boolean> config) {
        return when().entrySet().stream()
                .allMatch(e ->
                        config.getOrDefault(e.getKey(), false) == e.getValue().isYes());
    }
}
