package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.rules.RuleHistory;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** What a run comes to: dead, broken, or ok. The scenario's own expectations play no part in it. */
public final class Verdict {
    private Verdict() {}

    public static Outcome of(
            Recording recording, RuleHistory rules, List<String> failedPictures, Optional<KernelDeath> death) {
        if (death.isPresent()) {
            return PlayedRun.ofDeath(death.get());
        }
        var reasons = new ArrayList<String>();
        warnings(recording).ifPresent(reasons::add);
        pictures(recording).ifPresent(reasons::add);
        reasons.addAll(failedPictures);
        List<String> broken = rules.brokenRules();
        if (!broken.isEmpty()) {
            reasons.add((broken.size() == 1 ? "rule " : "rules ") + String.join(", ", broken));
        }
        return reasons.isEmpty() ? new Outcome.Ok() : new Outcome.Broken(String.join("; ", reasons));
    }

    private static Optional<String> warnings(Recording recording) {
        int count = 0;
        String first = "";
        for (int step = 1; step <= recording.length(); step++) {
            if (recording.kind(step) == EventKind.WARN) {
                first = count++ == 0 ? recording.event(step).term().name() : first;
            }
        }
        return count == 0
                ? Optional.empty()
                : Optional.of(count + (count == 1 ? " warning, in " : " warnings, the first in ") + first);
    }

    private static Optional<String> pictures(Recording recording) {
        for (int step = 1; step <= recording.length(); step++) {
            if (recording.kind(step) == EventKind.CHECK) {
                Event.Check check = (Event.Check) recording.event(step);
                if (check.good() != check.total()) {
                    return Optional.of(
                            "wrong picture: " + (check.total() - check.good()) + " of " + check.total() + " cells");
                }
            }
        }
        return Optional.empty();
    }
}
