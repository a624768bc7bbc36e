package org.iommulab.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.iommulab.json.Names;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.rules.Rule;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;

/** Says whether a kernel is bad, by what came of a run on it. */
public sealed interface Judge {
    /** The usual one: bad is what ends in another way, or breaks other rules, than the good end. */
    record Difference() implements Judge {}

    /** Bad is what breaks this rule. */
    record ByRule(Rule rule) implements Judge {}

    /**
     * Bad is what does not meet what the scenario expects of the good end.
     *
     * @param what the one expectation that counts, as the report of a run names it; empty for all
     */
    record ByExpectation(Optional<String> what) implements Judge {}

    /** How all expectations are called. */
    String EXPECTATION = "expectation";

    /**
     * A judge by its name: a rule's key, {@code expectation}, or {@code expectation:WHAT} with what the report of a run calls
     * it, as in {@code expectation:outcome}.
     *
     * @throws IllegalArgumentException when there is no such judge; the message is for the user
     */
    static Judge named(String name) {
        if (name.equals(EXPECTATION)) {
            return new ByExpectation(Optional.empty());
        }
        if (name.startsWith(EXPECTATION + ":")) {
            return new ByExpectation(Optional.of(name.substring(EXPECTATION.length() + 1)));
        }
        var known = new ArrayList<>(Rule.ALL.stream().map(Rule::key).toList());
        known.add(EXPECTATION);
        return Rule.ALL.stream()
                .filter(rule -> rule.key().equals(name))
                .findFirst()
                .<Judge>map(ByRule::new)
                .orElseThrow(() -> new IllegalArgumentException("unknown judge '" + name + "'"
                        + Names.nearest(name, known)
                                .map(near -> ", did you mean '" + near + "'")
                                .orElse("")
                        + "; known: " + String.join(", ", known) + ", expectation:WHAT"));
    }

    /**
     * Whether this run is bad.
     *
     * @param good the run on the good end; the same run when that is judged itself
     * @throws IllegalArgumentException when the scenario has no such expectation of the good end
     */
    default boolean bad(Run good, Run run) {
        return switch (this) {
            case Difference _ ->
                !good.outcome().word().equals(run.outcome().word())
                        || !new TreeSet<>(good.brokenRules()).equals(new TreeSet<>(run.brokenRules()));
            case ByRule(Rule rule) -> run.brokenRules().contains(rule.key());
            case ByExpectation(Optional<String> what) ->
                !judgements(good.kernel(), run, what).stream().allMatch(Judgement::met);
        };
    }

    private static List<Judgement> judgements(KernelBuild good, Run run, Optional<String> what) {
        List<Judgement> all = run instanceof PlayedRun played ? played.judgedAs(good) : run.judgements();
        if (what.isEmpty()) {
            return all;
        }
        List<Judgement> one = all.stream()
                .filter(judgement -> judgement.what().equals(what.get()))
                .toList();
        if (one.isEmpty()) {
            List<String> known = all.stream().map(Judgement::what).distinct().toList();
            throw new IllegalArgumentException("of " + good.spec() + " the scenario has no expectation '" + what.get()
                    + "'" + Names.hint(what.get(), known));
        }
        return one;
    }
}
