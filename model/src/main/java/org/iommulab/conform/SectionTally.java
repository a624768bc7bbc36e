package org.iommulab.conform;

import java.util.List;
import java.util.Optional;
import org.iommulab.conform.Conformance.Share;

/** Counts what agrees in the steps of a section. */
final class SectionTally {
    /** What happened before the first step. */
    static final String BOOT = "boot";

    private final String title;
    private Share steps = new Share(0, 0);
    private Share events = new Share(0, 0);
    private Share calls = new Share(0, 0);
    private Share faults = new Share(0, 0);
    private int leftOut;
    private int passed;
    private int failed;
    private Optional<String> difference = Optional.empty();

    SectionTally(String title) {
        this.title = title;
    }

    static SectionTally ofBoot(List<TraceEvent> recorded, List<TraceEvent> lab) {
        var tally = new SectionTally(BOOT);
        boolean same =
                tally.compareEvents("boot", Comparing.comparable(recorded, false), Comparing.comparable(lab, false));
        tally.count(same);
        return tally;
    }

    /** The lab has no such step, for this reason. */
    void missing(StepResult recorded, String why) {
        if (!Comparing.isCompared(recorded)) {
            leftOut++;
            return;
        }
        steps = steps.plus(0, 1);
        events = events.plus(0, Comparing.comparable(recorded).size());
        differs(recorded, why);
        count(false);
    }

    /**
     * @param called what became of the comparison of calls
     * @param faultLines what a real kernel printed about refused accesses
     * @param log what the lab's kernel printed
     */
    void add(
            StepResult recorded,
            StepResult lab,
            CallComparison.Result called,
            List<String> faultLines,
            List<String> log) {
        if (!Comparing.isCompared(recorded)) {
            leftOut++;
            return;
        }
        boolean result = compareResults(recorded, lab);
        boolean traced = compareEvents(where(recorded), Comparing.comparable(recorded), Comparing.comparable(lab));
        calls = calls.plus(called.same(), called.all());
        called.difference().ifPresent(what -> differs(recorded, "calls: " + what));
        boolean refused = compareFaults(recorded, faultLines, log);
        count(result && traced && refused && called.difference().isEmpty());
    }

    // the lab may print more, see FaultLines
    private boolean compareFaults(StepResult step, List<String> recorded, List<String> lab) {
        int found = FaultLines.found(recorded, lab);
        faults = faults.plus(found, recorded.size());
        if (found < recorded.size()) {
            differs(step, "log: " + Differences.first(recorded, lab));
        }
        return found == recorded.size();
    }

    private boolean compareResults(StepResult recorded, StepResult lab) {
        boolean same = recorded.errno().equals(lab.errno()) && recorded.output().equals(lab.output());
        steps = steps.plus(same ? 1 : 0, 1);
        if (!recorded.errno().equals(lab.errno())) {
            differs(
                    recorded,
                    "recorded " + recorded.errno().orElse("success") + ", lab "
                            + lab.errno().orElse("success"));
        } else if (!same) {
            differs(recorded, Differences.first(recorded.output(), lab.output()));
        }
        return same;
    }

    private boolean compareEvents(String where, List<String> recorded, List<String> lab) {
        events = events.plus(Comparing.inCommon(recorded, lab), Math.max(recorded.size(), lab.size()));
        if (!recorded.equals(lab)) {
            note(where + ": events: " + Differences.first(recorded, lab));
        }
        return recorded.equals(lab);
    }

    private void count(boolean agrees) {
        passed += agrees ? 1 : 0;
        failed += agrees ? 0 : 1;
    }

    private static String where(StepResult step) {
        return "step " + step.number() + " '" + step.command() + "'";
    }

    private void differs(StepResult step, String what) {
        note(where(step) + ": " + what);
    }

    private void note(String what) {
        difference = difference.or(() -> Optional.of(what));
    }

    Conformance.Section section() {
        return new Conformance.Section(title, steps, events, calls, faults, leftOut, passed, failed, difference);
    }
}
