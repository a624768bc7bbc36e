package org.iommulab.explore.breaks;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.iommulab.rules.RuleHistory;
import org.iommulab.sim.Cursor;

/**
 * The run without any tampering, and what is wrong with it already.
 *
 * @param rules keys of the rules that break and of the suspicions that come up
 */
record Unbroken(Take take, List<Sign> signs, Set<String> rules) {
    static Unbroken of(Take take) {
        List<Sign> signs = Signs.behind(take.recording(), 0);
        var cursor = new Cursor(take.recording());
        RuleHistory history = RuleHistory.of(take.world(), cursor);
        var rules = new HashSet<>(history.brokenRules());
        rules.addAll(history.suspicions());
        return new Unbroken(take, signs, rules);
    }

    List<Sign> signsBehind(int step) {
        return signs.stream().filter(sign -> sign.step() > step).toList();
    }
}
