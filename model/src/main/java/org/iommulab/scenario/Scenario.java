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
 * @param lanes several ways in which the story is played side by side; usually none
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
        List<StoryLane> lanes,
        List<Act> story,
        ByKernel<RunExpectation> expect) {
    public Scenario {
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        lanes = List.copyOf(lanes);
        story = List.copyOf(story);
    }

    /** A story that is played in one way. */
    public Scenario(
            String schema,
            String id,
            String title,
            String summary,
            String board,
            String kernel,
            Optional<String> cmdline,
            Map<String, ConfigValue> config,
            List<Act> story,
            ByKernel<RunExpectation> expect) {
        this(schema, id, title, summary, board, kernel, cmdline, config, List.of(), story, expect);
    }

    /** This story in one of its lanes: with what the lane has, and what is expected there. */
    Scenario in(StoryLane lane) {
        var options = new LinkedHashMap<>(config);
        options.putAll(lane.config());
        return new Scenario(
                schema,
                id,
                title,
                summary,
                board,
                lane.kernel().orElse(kernel),
                lane.cmdline().or(() -> cmdline),
                options,
                List.of(lane),
                story.stream()
                        .map(act -> new Act(
                                act.action(),
                                act.title(),
                                act.words(),
                                act.expect().in(lane.name())))
                        .toList(),
                expect.in(lane.name()));
    }

    /** The lane that this story is in; empty when it has none, or several and none was chosen. */
    public Optional<StoryLane> lane() {
        return lanes.size() == 1 ? Optional.of(lanes.getFirst()) : Optional.empty();
    }
}
