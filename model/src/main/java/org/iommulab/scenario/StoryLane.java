package org.iommulab.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.ConfigValue;

/**
 * One of several ways in which a story is played side by side.
 *
 * @param name as expectations and {@code --lane} name it
 * @param title what stands over it
 * @param kernel the kernel that this lane always has; where it is missing, whoever plays it chooses
 * @param cmdline the command line that this lane always has
 * @param config options that this lane always has
 */
public record StoryLane(
        String name, String title, Optional<String> kernel, Optional<String> cmdline, Map<String, ConfigValue> config) {
    public StoryLane {
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    }
}
