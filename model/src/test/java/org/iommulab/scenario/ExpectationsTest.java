package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationsTest {
    private static final Map<String, Boolean> SMP = Map.of("SMP", true);
    private static final Scenario SCENARIO = ScenarioReader.parse(
                    Path.of("..", "scenarios", "exynos", "x.json"), """
                        { "$schema": "s", "id": "x", "title": "t", "summary": "s", "board": "odroid-u3", "kernel": "6.2",
                          "story": [
                            { "do": "boot", "title": "Boot", "expect": { "P1": { "result": "-EBUSY", "warn": ["f", "g"] } } }
                          ],
                          "expect": {
                            "P1": [ { "when": { "SMP": "n" }, "outcome": "broken" }, { "outcome": "hang", "log": ["one", "three"] } ],
                            "P2..P4": { "outcome": "broken", "because": "WARN" },
                            "P3": { "outcome": "oops" },
                            "6.1": { "outcome": "ok", "rules": ["a", "b"] },
                            "exynos-fix..6.3": { "outcome": "ok" }
                          } }
                        """.getBytes(StandardCharsets.UTF_8))
            .scenario();

    @ParameterizedTest
    @CsvSource({
        "6.2+p1,          y, HANG",
        "6.2+p1,          n, BROKEN",
        "6.2+p1..p2,      y, BROKEN",
        "6.2+p1..p3,      y, OOPS", // the exact level before the range
        "6.1,             y, OK",
        "6.3,             y, OK",
        "6.2+p1..p5+exynos-fix, y, OK",
        "6.2,             y, none",
        "6.2+p3,          y, none",
        "6.2+p1..p5,      y, none"
    })
    void theMostExactKeyCounts(String kernel, String smp, String ending) {
        assertThat(SCENARIO.expect()
                        .expected(KernelSpec.parse(kernel), Map.of("SMP", smp.equals("y")))
                        .map(expected -> expected.outcome().name())
                        .orElse("none"))
                .isEqualTo(ending);
    }

    @Test
    void aKernelWithSomethingRemovedOnPurposeHasNoExpectation() {
        KernelBuild broken = KernelSpec.parse("6.2+p1").without(List.of(new Removal("exynos", Callback.ATTACH_DEV)));
        assertThat(SCENARIO.expect().expected(broken, SMP)).isEmpty();
        assertThat(judge(broken, evidence(new Outcome.Broken("x")))).containsExactly(false);
        assertThat(judge(broken, evidence(new Outcome.Ok()))).containsExactly(true);
    }

    @Test
    void outcomeReasonAndRulesAreCompared() {
        KernelBuild p2 = KernelSpec.parse("6.2+p1..p2");
        assertThat(judge(p2, evidence(new Outcome.Broken("a WARN fired")))).containsExactly(true);
        assertThat(judge(p2, evidence(new Outcome.Broken("a rule broke")))).containsExactly(false);
        KernelBuild old = KernelSpec.parse("6.1");
        assertThat(judge(old, evidence(new Outcome.Ok(), "b", "a"))).containsExactly(true, true);
        assertThat(judge(old, evidence(new Outcome.Ok(), "a"))).containsExactly(true, false);
    }

    @Test
    void logTextsMustComeInOrderInLinesOfTheirOwn() {
        KernelBuild p1 = KernelSpec.parse("6.2+p1");
        var hang = new Outcome.Hang("h");
        assertThat(judge(p1, log(hang, "line one", "line two", "line three"))).startsWith(true, true);
        assertThat(judge(p1, log(hang, "line three", "line one"))).startsWith(true, false);
        assertThat(judge(p1, log(hang, "one and three"))).startsWith(true, false);
    }

    @Test
    void anActionIsJudgedByItsResultAndItsWarnings() {
        KernelBuild p1 = KernelSpec.parse("6.2+p1");
        assertThat(judge(p1, act("-EBUSY", "f", "h", "g"))).endsWith(true, true);
        assertThat(judge(p1, act("0", "g", "f"))).endsWith(false, false);
    }

    private static List<Boolean> judge(KernelBuild kernel, Evidence evidence) {
        return Expectations.judge(SCENARIO, kernel, SMP, evidence).stream()
                .map(Judgement::met)
                .toList();
    }

    private static Evidence evidence(Outcome outcome, String... rules) {
        return new Evidence(outcome, List.of(rules), List.of(), List.of());
    }

    private static Evidence log(Outcome outcome, String... lines) {
        return new Evidence(outcome, List.of(), List.of(lines), List.of());
    }

    private static Evidence act(String result, String... warn) {
        return new Evidence(
                new Outcome.Ok(),
                List.of(),
                List.of(),
                List.of(new Evidence.ActEvidence(result, List.of(), List.of(warn), List.of())));
    }
}
