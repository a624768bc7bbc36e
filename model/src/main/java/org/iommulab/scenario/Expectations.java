package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.KernelBuild;

/** Judges what came of a run by what its scenario expects on that kernel. */
public final class Expectations {
    private final List<Judgement> judgements = new ArrayList<>();

    private Expectations() {}

    /**
     * Every expectation that the scenario has for this kernel, judged; for a kernel of which it says nothing, whether the
     * run was ok.
     *
     * @param config every option that the kernel was built with: the board's, changed by scenario and command line
     */
    public static List<Judgement> judge(
            Scenario scenario, KernelBuild kernel, Map<String, Boolean> config, Evidence evidence) {
        var expectations = new Expectations();
        scenario.expect()
                .expected(kernel, config)
                .ifPresentOrElse(
                        expected -> expectations.run(expected, evidence),
                        () -> expectations.add(
                                "outcome",
                                "ok (the scenario expects nothing of this kernel)",
                                evidence.outcome().text(),
                                evidence.outcome() instanceof Outcome.Ok));
        for (int i = 0; i < scenario.story().size() && i < evidence.acts().size(); i++) {
            Act act = scenario.story().get(i);
            Evidence.ActEvidence actual = evidence.acts().get(i);
            act.expect()
                    .expected(kernel, config)
                    .ifPresent(expected -> expectations.act(ActTitle.of(act), expected, actual));
        }
        return List.copyOf(expectations.judgements);
    }

    private void run(RunExpectation expected, Evidence actual) {
        String word = Spelling.constant(expected.outcome());
        String because =
                expected.because().map(text -> " (... " + text + " ...)").orElse("");
        add(
                "outcome",
                word + because,
                actual.outcome().text(),
                actual.outcome().word().equals(word)
                        && actual.outcome().text().contains(expected.because().orElse("")));
        expected.rules().ifPresent(rules -> {
            var wanted = new TreeSet<>(rules);
            var broken = new TreeSet<>(actual.brokenRules());
            add("rules broken", listed(wanted), listed(broken), wanted.equals(broken));
        });
        log("log", expected.log(), actual.log());
    }

    private void act(String title, ActExpectation expected, Evidence.ActEvidence actual) {
        expected.result()
                .ifPresent(result ->
                        add("result of '" + title + "'", result, actual.result(), result.equals(actual.result())));
        expected.output()
                .ifPresent(lines -> add(
                        "text read in '" + title + "'",
                        text(lines),
                        text(actual.output()),
                        lines.equals(actual.output())));
        log("log of '" + title + "'", expected.log(), actual.log());
        if (!expected.warn().isEmpty()) {
            Optional<String> missing = firstMissing(expected.warn(), actual.warn(), true);
            add("warnings of '" + title + "'", listed(expected.warn()), listed(actual.warn()), missing.isEmpty());
        }
    }

    private void log(String what, List<String> expected, List<String> actual) {
        if (!expected.isEmpty()) {
            Optional<String> missing = firstMissing(expected, actual, false);
            add(
                    what,
                    String.join(" ... ", expected),
                    missing.map(text -> "no line with '" + text + "' in this place")
                            .orElse("as expected"),
                    missing.isEmpty());
        }
    }

    /** The first of these texts that no line holds, behind the line that held the text before it. */
    private static Optional<String> firstMissing(List<String> texts, List<String> lines, boolean whole) {
        int line = 0;
        for (String text : texts) {
            while (line < lines.size()
                    && !(whole ? lines.get(line).equals(text) : lines.get(line).contains(text))) {
                line++;
            }
            if (line++ >= lines.size()) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "nothing" : String.join(" / ", lines);
    }

    private static String listed(Iterable<String> names) {
        String text = String.join(", ", names);
        return text.isEmpty() ? "none" : text;
    }

    private void add(String what, String expected, String actual, boolean met) {
        judgements.add(new Judgement(what, expected, actual, met));
    }
}
