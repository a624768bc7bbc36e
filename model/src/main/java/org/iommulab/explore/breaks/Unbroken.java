package org.iommulab.explore.breaks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.explore.why.Harm;
import org.iommulab.explore.why.Harms;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.sim.Events;

/**
 * The run without any tampering, and what is wrong with it already.
 *
 * @param rules where each rule that breaks does so for the first time, suspicions too
 */
record Unbroken(
        ScenarioFile file,
        List<Chapter> chapters,
        Events events,
        Asked asked,
        EndState end,
        List<Harm> harms,
        Map<String, Integer> rules) {

    /** Keeps what it needs of the run: the machine may go on. */
    static Unbroken of(Take take) {
        List<Harm> harms = Harms.behind(take.recording(), 0);
        RuleHistory history = take.rules().from(1, _ -> true);
        var rules = new HashMap<String, Integer>();
        for (int i = 0; i < Rule.ALL.size(); i++) {
            String key = Rule.ALL.get(i).key();
            history.firstBreach(i).ifPresent(breach -> rules.put(key, breach.step()));
        }
        return new Unbroken(
                take.file(),
                take.stage().chapters(),
                take.recording().eventsAlone(),
                take.asked(),
                take.end(),
                harms,
                rules);
    }

    List<Harm> harms(int behind, int upTo) {
        return harms.stream()
                .filter(harm -> harm.step() > behind && harm.step() <= upTo)
                .toList();
    }

    boolean breaks(Rule rule, int upTo) {
        return rules.getOrDefault(rule.key(), Integer.MAX_VALUE) <= upTo;
    }

    /** The act that is under way after so many events. */
    int actAt(int steps) {
        int under = 0;
        for (Chapter chapter : chapters) {
            under = chapter.reached() && chapter.firstStep() <= steps + 1 ? chapter.index() : under;
        }
        return under;
    }

    /** The last step of an act, or of the whole run where the act is never reached. */
    int endOf(int act) {
        Chapter chapter = chapters.get(act);
        return chapter.reached() ? chapter.lastStep() : events.length();
    }
}
