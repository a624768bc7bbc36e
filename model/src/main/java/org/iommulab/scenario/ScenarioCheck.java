package org.iommulab.scenario;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.board.Board;
import org.iommulab.board.ConfigValue;
import org.iommulab.json.Names;
import org.iommulab.json.Pointers;
import org.iommulab.json.Problems;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;

/** Whether a scenario makes sense on its board; what single actions may say is checked by {@link ActionCheck}. */
final class ScenarioCheck {
    private static final int MOST_ACTIONS = 1_000;

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
        kernel();
        options("/config", scenario.config());
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

    private void kernel() {
        try {
            KernelSpec.parse(scenario.kernel());
        } catch (IllegalArgumentException e) {
            problems.at("/kernel", String.valueOf(e.getMessage()));
        }
    }

    private void expectation(String at, ActExpectation one) {
        options(at, one.when());
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
        list.forEach(one -> options(at, one.when()));
        IntStream.range(0, list.size() - 1)
                .filter(i -> list.get(i).when().isEmpty())
                .forEach(i -> problems.at(at, "an expectation without 'when' hides those after it, expected it last"));
    }

    private void options(String at, Map<String, ConfigValue> options) {
        Collection<String> known = board.config().keySet();
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
