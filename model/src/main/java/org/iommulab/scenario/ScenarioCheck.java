package org.iommulab.scenario;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.board.Board;
import org.iommulab.board.BoardOptions;
import org.iommulab.board.ConfigValue;
import org.iommulab.json.Names;
import org.iommulab.json.Pointers;
import org.iommulab.json.Problems;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.UnknownPatch;

/** Whether a scenario makes sense on its board; what single actions may say is checked by {@link ActionCheck}. */
final class ScenarioCheck {
    private static final int MOST_ACTIONS = 1_000;
    private static final int MOST_LANES = 4;

    private final Scenario scenario;
    private final Board board;
    private final Problems problems;

    ScenarioCheck(Scenario scenario, Board board, Problems problems) {
        this.scenario = scenario;
        this.board = board;
        this.problems = problems;
    }

    void check() {
        if (!scenario.id().matches("[a-z0-9][a-z0-9-]{0,59}")) {
            problems.at("/id", "'" + scenario.id() + "' is no id, expected lower case letters, digits and hyphens");
        }
        length("/title", scenario.title(), 100);
        length("/summary", scenario.summary(), 1_000);
        kernel("/kernel", scenario.kernel());
        options("/config", scenario.config());
        lanes();
        if (scenario.story().isEmpty() || scenario.story().size() > MOST_ACTIONS) {
            problems.at("/story", "a story has 1 to " + MOST_ACTIONS + " actions");
            return;
        }
        var actions = new ActionCheck(board, problems);
        for (int i = 0; i < scenario.story().size(); i++) {
            String at = Pointers.child("/story", i);
            Act act = scenario.story().get(i);
            actions.check(act.action(), at);
            act.title().ifPresent(title -> length(at + "/title", title, 100));
            act.words().ifPresent(words -> length(at + "/words", words, 600));
            act.expect().entries().forEach((key, list) -> list.forEach(one -> expectation(at + "/expect", one)));
        }
        scenario.expect().entries().forEach((key, list) -> alternatives("/expect", list));
    }

    private void kernel(String at, String spec) {
        try {
            KernelSpec.parse(spec);
        } catch (UnknownPatch e) {
            problems.at(at, e.getMessage() + Names.hint(e.written(), e.known()));
        } catch (IllegalArgumentException e) {
            problems.at(at, String.valueOf(e.getMessage()));
        }
    }

    private void lanes() {
        List<StoryLane> lanes = scenario.lanes();
        if (lanes.size() == 1 || lanes.size() > MOST_LANES) {
            problems.at("/lanes", "a story is played in 2 to " + MOST_LANES + " lanes, or has no 'lanes' at all");
        }
        var names = new HashSet<String>();
        for (int i = 0; i < lanes.size(); i++) {
            String at = Pointers.child("/lanes", i);
            StoryLane lane = lanes.get(i);
            if (!lane.name().matches("[a-z0-9][a-z0-9-]{0,19}")) {
                problems.at(
                        at + "/name",
                        "'" + lane.name() + "' is no name, expected lower case letters, digits and hyphens");
            } else if (!names.add(lane.name())) {
                problems.at(at + "/name", "two lanes are called '" + lane.name() + "'");
            }
            length(at + "/title", lane.title(), 40);
            lane.kernel().ifPresent(spec -> kernel(at + "/kernel", spec));
            options(at + "/config", lane.config());
        }
    }

    private void lane(String at, Conditional expectation) {
        List<String> known = scenario.lanes().stream().map(StoryLane::name).toList();
        expectation
                .lane()
                .filter(name -> !known.contains(name))
                .ifPresent(name -> problems.at(
                        at,
                        known.isEmpty()
                                ? "'lane' is '" + name + "', but the story has no 'lanes'"
                                : "there is no lane '" + name + "'" + Names.hint(name, known)));
    }

    private void expectation(String at, ActExpectation one) {
        options(at, one.when());
        lane(at, one);
        Optional<String> result = one.result();
        if (result.isPresent() && !result.get().matches("\\d{1,18}")) {
            List<String> known =
                    Arrays.stream(Errno.values()).map(errno -> "-" + errno).toList();
            if (!known.contains(result.get())) {
                problems.at(
                        at,
                        "unknown result '" + result.get() + "', expected 0, a number or an errno"
                                + Names.hint(result.get(), known));
            }
        }
    }

    private void alternatives(String at, List<RunExpectation> list) {
        list.forEach(one -> {
            options(at, one.when());
            lane(at, one);
        });
        IntStream.range(0, list.size() - 1)
                .filter(i -> list.get(i).unconditional())
                .forEach(i -> problems.at(
                        at, "an expectation without 'when' or 'lane' hides those after it, expected it last"));
    }

    private void options(String at, Map<String, ConfigValue> options) {
        Collection<String> known = BoardOptions.of(board);
        for (String option : options.keySet()) {
            if (!known.contains(option)) {
                problems.at(
                        Pointers.child(at, option),
                        "this board has no option '" + option + "'" + Names.hint(option, known));
            }
        }
    }

    private void length(String at, String text, int most) {
        if (text.isBlank() || text.length() > most) {
            problems.at(
                    at,
                    "expected 1 to " + most + " characters, found "
                            + text.strip().length());
        }
    }
}
