package org.iommulab.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.ConfigValue;
import org.iommulab.json.FieldName;

/**
 * A story about a board, and what should come of it on each kernel.
 *
 * @param schema the JSON schema that the file names, for editors
 * @param id short name, the file's name without its ending
 * @param title one line
 * @param summary what it shows, a few sentences
 * @param board the board's file, relative to the scenario's
 * @param kernel the kernel to play it on when nobody says, as {@code --kernel} spells it
 * @param cmdline the kernel's command line when nobody says
 * @param config options that differ from the board's
 * @param story what happens, in order
 * @param expect what should come of it, by kernel
 */
public record Scenario(
        @FieldName("$schema") String schema,
        String id,
        String title,
        String summary,
        String board,
        String kernel,
        Optional<String> cmdline,
        Map<String, ConfigValue> config,
        List<Act> story,
        ByKernel<RunExpectation> expect) {
    public Scenario {
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        story = List.copyOf(story);
    }
}
